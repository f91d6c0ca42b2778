package dev.perdure.web.dashboard;

import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepRecord;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The logs that a page shows. Each one is a read and may have two megabytes, so only those that
 * most likely matter are read; the others are a link.
 */
record Logs(Map<Integer, List<StepLog>> byOrdinal) {

  static final Logs NONE = new Logs(Map.of());

  private static final Comparator<StepRecord> MATTERS =
      Comparator.comparing((StepRecord step) -> step.status().isTerminal())
          .thenComparing(step -> step.status() != Status.FAILED)
          .thenComparing(Comparator.comparingInt(StepRecord::ordinal).reversed());

  Logs {
    byOrdinal = Map.copyOf(byOrdinal);
  }

  /**
   * Reads logs.
   *
   * @param max how many at most
   */
  static Logs read(JournalReader reader, RunId run, List<StepRecord> steps, int max) {
    var logs = new HashMap<Integer, List<StepLog>>();
    steps.stream()
        .filter(step -> step.attempt() > 0)
        .sorted(MATTERS)
        .limit(max)
        .forEach(step -> logs.put(step.ordinal(), reader.log(run, step.ordinal())));
    return new Logs(logs);
  }

  /** The log of a step; null when it has none. */
  @Nullable LogView of(StepRecord step, String href) {
    if (step.attempt() == 0) {
      return null;
    }
    var lines = byOrdinal.get(step.ordinal());
    if (lines == null) {
      return LogView.unread(href);
    }
    return lines.isEmpty() ? null : LogView.lastLines(step, lines, href);
  }
}
