package dev.perdure.testing.memory;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunPage;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.SqlCode;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StoredValue;
import dev.perdure.journal.UnfinishedRun;
import dev.perdure.journal.ValueRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The read side. Fails as the journal does once that is closed. */
final class MemoryReader implements JournalReader {

  private static final int STEPS_MAX = 1_000;
  private static final int RUNS_MAX = 200;
  private static final int RECOVERED_MAX = 10_000;
  private static final int REPLAYED_MAX = 100_000;

  /** No value is as short as that. */
  private static final int NO_VALUE = -1;

  private final MemoryStore store;
  private final Runnable requireOpen;

  /**
   * @param requireOpen throws a {@link JournalException} when there is nothing to be read any more
   */
  MemoryReader(MemoryStore store, Runnable requireOpen) {
    this.store = store;
    this.requireOpen = requireOpen;
  }

  @Override
  public Optional<RunRecord> run(RunId id) {
    return ofRun(id, (tables, run) -> run.record());
  }

  @Override
  public Optional<Status> status(RunId id) {
    return ofRun(id, (tables, run) -> run.status);
  }

  @Override
  public Optional<RunDetail> detail(RunId id, int fromOrdinal, int stepsMax, int valueBytesMax) {
    requireBetween("stepsMax", stepsMax, STEPS_MAX);
    if (fromOrdinal < 0) {
      throw new IllegalArgumentException("fromOrdinal must not be negative: " + fromOrdinal);
    }
    return ofRun(id, (tables, run) -> page(tables, run, fromOrdinal, stepsMax, valueBytesMax));
  }

  private static RunDetail page(
      MemoryTables tables, RunRow run, int from, int stepsMax, int valueMax) {
    var found = new ArrayList<StepRow>();
    Integer next = null;
    for (var step :
        from > StepKey.ORDINAL_MAX ? List.<StepRow>of() : tables.stepsFrom(run.key, from)) {
      if (found.size() == stepsMax) {
        next = step.key().ordinal();
        break;
      }
      found.add(step);
    }
    var steps = found.stream().map(step -> full(tables, step, valueMax)).toList();
    return head(run, steps, next, valueMax, valueMax);
  }

  @Override
  public Optional<RunDetail> replay(RunId id) {
    return ofRun(
        id,
        (tables, run) -> {
          var steps =
              tables.stepsOf(run.key).stream().map(step -> bare(tables, step, true)).toList();
          return head(run, steps, null, Integer.MAX_VALUE, Integer.MAX_VALUE);
        });
  }

  @Override
  public List<StepRecord> steps(RunId id, Collection<Integer> ordinals) {
    if (ordinals.isEmpty()) {
      return List.of();
    }
    requireBetween("ordinals", ordinals.size(), REPLAYED_MAX);
    ordinals.forEach(MemoryReader::requireOrdinal);
    return ofRun(id, (tables, run) -> some(tables, run, ordinals)).orElse(List.of());
  }

  private static List<StepRecord> some(
      MemoryTables tables, RunRow run, Collection<Integer> ordinals) {
    return ordinals.stream()
        .distinct()
        .sorted()
        .flatMap(ordinal -> Stream.ofNullable(tables.steps.get(new StepKey(run.key, ordinal))))
        .map(step -> bare(tables, step, true))
        .toList();
  }

  @Override
  public List<SignalRecord> inbox(RunId id, long after) {
    return ofRun(
            id,
            (tables, run) ->
                tables.mailOf(run.key).stream()
                    .filter(row -> !row.isTaken() && row.signal().number() > after)
                    .map(MemoryTables.MailRow::signal)
                    .toList())
        .orElse(List.of());
  }

  @Override
  public Optional<RunDetail> child(RunId parent, int ordinal) {
    requireOrdinal(ordinal);
    return ofRun(parent, (tables, run) -> tables.children.get(new StepKey(run.key, ordinal)))
        .flatMap(child ->
            ofRun(
                child.id(),
                (tables, run) -> head(run, List.of(), null, NO_VALUE, Integer.MAX_VALUE)));
  }

  @Override
  public List<StepLog> log(RunId id, int ordinal) {
    requireOrdinal(ordinal);
    return ofRun(id, (tables, run) -> tables.logs.get(new StepKey(run.key, ordinal)))
        .orElse(List.of());
  }

  @Override
  public <T> T query(SqlCode<T> code) throws Exception {
    requireOpen.run();
    return code.run(new NoSql());
  }

  @Override
  public Optional<String> value(RunId id, ValueRef ref) {
    return ofRun(
        id,
        (tables, run) ->
            switch (ref) {
              case ValueRef.RunInput any -> run.input;
              case ValueRef.RunOutput any -> run.output;
              case ValueRef.StepInput step ->
                  ofStep(tables, run, step.ordinal(), row -> row.place.input());
              case ValueRef.StepOutput step ->
                  ofStep(tables, run, step.ordinal(), row -> row.output);
            });
  }

  private static @Nullable String ofStep(
      MemoryTables tables, RunRow run, int ordinal, Function<StepRow, @Nullable String> value) {
    if (ordinal < 0 || ordinal > StepKey.ORDINAL_MAX) {
      return null;
    }
    var step = tables.steps.get(new StepKey(run.key, ordinal));
    return step == null ? null : value.apply(step);
  }

  @Override
  public RunPage runs(RunFilter filter, int limit, @Nullable RunId before) {
    requireBetween("limit", limit, RUNS_MAX);
    return read(tables -> {
      long end = before == null ? Long.MAX_VALUE : cursor(tables, before, 1);
      var found =
          tables.runsBefore(end).stream()
              .filter(run -> isIn(filter, run))
              .limit(limit + 1L)
              .toList();
      return page(limit, found);
    });
  }

  private static boolean isIn(RunFilter filter, RunRow run) {
    return (filter.workflow() == null || filter.workflow().equals(run.workflow))
        && (filter.status() == null || filter.status() == run.status);
  }

  @Override
  public RunPage unfinished(int limit, @Nullable RunId after) {
    requireBetween("limit", limit, RECOVERED_MAX);
    return read(tables -> {
      long begin = after == null ? 0 : cursor(tables, after, 0);
      var found =
          tables.runsAlive().stream()
              .filter(run -> run.key > begin && run.status != Status.PENDING)
              .limit(limit + 1L)
              .toList();
      return page(limit, found);
    });
  }

  /** The key of a run, or where it would stand: it may have been deleted in the meantime. */
  private static long cursor(MemoryTables tables, RunId id, int offset) {
    var exact = tables.runKeys.get(id);
    if (exact != null) {
      return exact;
    }
    var older = tables.runKeys.rows().lowerEntry(id);
    return older == null ? 0 : older.getValue() + offset;
  }

  private static RunPage page(int limit, List<RunRow> found) {
    var runs = found.stream().limit(limit).map(RunRow::record).toList();
    return new RunPage(runs, found.size() > limit ? runs.getLast().id() : null);
  }

  @Override
  public List<UnfinishedRun> running(int limit, @Nullable RunId after) {
    requireBetween("limit", limit, RECOVERED_MAX);
    return read(tables -> {
      long begin = after == null ? 0 : cursor(tables, after, 0);
      return tables
          .runsOf(Status.RUNNING)
          .filter(run -> run.key > begin)
          .limit(limit)
          .map(run -> unfinished(tables, run))
          .toList();
    });
  }

  private static UnfinishedRun unfinished(MemoryTables tables, RunRow run) {
    int strikes =
        tables.stepsOf(run.key).stream()
            .filter(step -> step.status == Status.RUNNING && step.hasAttempts())
            .mapToInt(step -> step.strikes)
            .max()
            .orElse(0);
    boolean hasMail = tables.mailOf(run.key).stream().anyMatch(mail -> mail.takenBy() == null);
    return new UnfinishedRun(
        run.id, run.generation, run.waitingFor, run.ending != null, run.deadline, strikes, hasMail);
  }

  @Override
  public Map<RunId, List<StepRecord>> struck(List<RunId> runs) {
    if (runs.isEmpty()) {
      return Map.of();
    }
    requireBetween("runs", runs.size(), RECOVERED_MAX);
    return read(tables -> {
      var found = new LinkedHashMap<RunId, List<StepRecord>>();
      for (var id : runs) {
        var run = tables.run(id);
        var steps = run == null ? List.<StepRecord>of() : struck(tables, run);
        if (!steps.isEmpty()) {
          found.put(id, steps);
        }
      }
      return found;
    });
  }

  private static List<StepRecord> struck(MemoryTables tables, RunRow run) {
    Predicate<StepRow> isStruck = step -> step.isInFlight() || step.strikes > 0;
    return tables.stepsOf(run.key).stream()
        .filter(step -> step.status == Status.RUNNING && step.hasAttempts())
        .filter(isStruck)
        .map(step -> bare(tables, step, false))
        .toList();
  }

  @Override
  public Map<Status, Long> counts(long atMost) {
    return read(tables -> {
      var counts = new EnumMap<Status, Long>(Status.class);
      for (var status : Status.values()) {
        if (status != Status.COMPLETED) {
          counts.put(status, tables.runsOf(status).limit(atMost).count());
        }
      }
      return counts;
    });
  }

  @Override
  public long pending() {
    return read(tables -> tables.runsOf(Status.PENDING).count());
  }

  @Override
  public Optional<RunId> newestId() {
    return read(tables ->
        tables.runKeys.rows().isEmpty()
            ? Optional.empty()
            : Optional.of(tables.runKeys.rows().lastKey()));
  }

  private static RunDetail head(
      RunRow run, List<StepRecord> steps, @Nullable Integer next, int inputMax, int outputMax) {
    return new RunDetail(
        run.record(),
        run.plan,
        stored(run.input, inputMax),
        run.output == null ? null : stored(run.output, outputMax),
        run.error,
        steps,
        next);
  }

  /** With its values and all its attempts. */
  private static StepRecord full(MemoryTables tables, StepRow step, int valueMax) {
    return step.record(
        stored(step.place.input(), valueMax),
        step.output == null ? null : stored(step.output, valueMax),
        childOf(tables, step),
        attempts(tables, step));
  }

  /** Without its input and old attempts. */
  private static StepRecord bare(MemoryTables tables, StepRow step, boolean withOutput) {
    return step.record(
        null,
        withOutput && step.output != null ? stored(step.output, Integer.MAX_VALUE) : null,
        childOf(tables, step),
        List.of());
  }

  private static @Nullable RunId childOf(MemoryTables tables, StepRow step) {
    var child = tables.children.get(step.key());
    return child == null ? null : child.id();
  }

  private static List<AttemptRecord> attempts(MemoryTables tables, StepRow step) {
    var past = tables.attempts.get(step.key());
    var all = new ArrayList<AttemptRecord>(past == null ? List.of() : past);
    if (step.isInFlight()) {
      all.add(current(step, Outcome.RUNNING));
    } else if (step.status == Status.COMPLETED && step.hasAttempts()) {
      all.add(current(step, Outcome.COMPLETED));
    }
    return all;
  }

  private static AttemptRecord current(StepRow step, Outcome outcome) {
    return new AttemptRecord(
        step.attempt, outcome, step.attemptStartedAt, step.finishedAt, null, null);
  }

  private static StoredValue stored(String json, int most) {
    long bytes = json.getBytes(StandardCharsets.UTF_8).length;
    return new StoredValue(bytes <= most ? json : null, bytes);
  }

  /** What is asked of a run while nothing changes. */
  private interface RunQuery<T> {
    @Nullable T of(MemoryTables tables, RunRow run);
  }

  private <T> Optional<T> ofRun(RunId id, RunQuery<T> query) {
    return read(tables -> {
      var run = tables.run(id);
      return run == null ? Optional.empty() : Optional.ofNullable(query.of(tables, run));
    });
  }

  private <T> T read(Function<MemoryTables, T> query) {
    requireOpen.run();
    return store.read(query);
  }

  private static void requireOrdinal(int ordinal) {
    if (ordinal < 0 || ordinal > StepKey.ORDINAL_MAX) {
      throw new IllegalArgumentException("There is no step " + ordinal);
    }
  }

  private static void requireBetween(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " must be 1 to " + most + ", not " + value);
    }
  }
}
