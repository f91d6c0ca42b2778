package dev.perdure.testing.memory;

import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Statistics;
import dev.perdure.journal.Status;
import dev.perdure.journal.ValueRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Everything that a journal can be asked, each question with its name. */
final class Questions {

  private final Map<String, Function<JournalReader, Object>> ofReader = new LinkedHashMap<>();
  private final Map<String, Function<Statistics, Object>> ofStatistics = new LinkedHashMap<>();
  private final Random random;

  /**
   * @param runs all that may be there, and one that is not
   */
  Questions(List<RunId> runs, RunId unknown, Random random) {
    this.random = random;
    var all = new ArrayList<>(runs.stream().distinct().toList());
    all.add(unknown);
    all.forEach(this::ask);
    askForPages(all);
    ofReader.put("counts up to 2", reader -> reader.counts(2));
    ofReader.put("counts", reader -> reader.counts(1_000));
    ofReader.put("pending", reader -> reader.pending());
    ofReader.put("newestId", reader -> reader.newestId());
    ofReader.put("struck", reader -> reader.struck(all));
    askStatistics();
  }

  Map<String, Function<JournalReader, Object>> ofReader() {
    return ofReader;
  }

  Map<String, Function<Statistics, Object>> ofStatistics() {
    return ofStatistics;
  }

  private void ask(RunId id) {
    int from = random.nextInt(4);
    int most = 1 + random.nextInt(4);
    int bytes = random.nextInt(30);
    ofReader.put("run " + id, reader -> reader.run(id));
    ofReader.put("status " + id, reader -> reader.status(id));
    ofReader.put("detail " + id, reader -> reader.detail(id, 0, 1_000, 1_000));
    ofReader.put("page " + id, reader -> reader.detail(id, from, most, bytes));
    ofReader.put("replay " + id, reader -> reader.replay(id));
    ofReader.put("steps " + id, reader -> reader.steps(id, List.of(2, 0, from, 77)));
    ofReader.put("inbox " + id, reader -> reader.inbox(id, from - 1));
    askForEntry(id, from);
    askForEntry(id, from + 1);
    ofReader.put("input " + id, reader -> reader.value(id, new ValueRef.RunInput()));
    ofReader.put("output " + id, reader -> reader.value(id, new ValueRef.RunOutput()));
  }

  private void askForEntry(RunId id, int ordinal) {
    var of = " of " + ordinal + " in " + id;
    ofReader.put("child" + of, reader -> reader.child(id, ordinal));
    ofReader.put("log" + of, reader -> reader.log(id, ordinal));
    ofReader.put("input" + of, reader -> reader.value(id, new ValueRef.StepInput(ordinal)));
    ofReader.put("output" + of, reader -> reader.value(id, new ValueRef.StepOutput(ordinal)));
  }

  private void askForPages(List<RunId> all) {
    var filters = new ArrayList<RunFilter>(List.of(RunFilter.ALL, new RunFilter("ping", null)));
    for (var status : Status.values()) {
      filters.add(new RunFilter(null, status));
      filters.add(new RunFilter("order", status));
    }
    for (var filter : filters) {
      int limit = 1 + random.nextInt(5);
      var before = all.get(random.nextInt(all.size()));
      ofReader.put("runs " + filter, reader -> reader.runs(filter, limit, null));
      ofReader.put(
          "runs " + filter + " before " + before, reader -> reader.runs(filter, limit, before));
    }
    int limit = 1 + random.nextInt(5);
    var after = all.get(random.nextInt(all.size()));
    ofReader.put("unfinished", reader -> reader.unfinished(limit, null));
    ofReader.put("running", reader -> reader.running(limit, null));
    ofReader.put("running after " + after, reader -> reader.running(limit, after));
    ofReader.put("unfinished after " + after, reader -> reader.unfinished(limit, after));
  }

  private void askStatistics() {
    var from = RandomCommands.START.plusMillis(random.nextInt(40));
    var to = from.plusMillis(random.nextInt(60));
    int most = 1 + random.nextInt(4);
    ofStatistics.put("activity", numbers -> numbers.activity(from, to, most));
    ofStatistics.put("outputs", numbers -> numbers.outputs("ping", from, to, most));
  }
}
