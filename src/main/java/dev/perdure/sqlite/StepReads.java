package dev.perdure.sqlite;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the steps of a run and their attempts. */
final class StepReads {

  /** So that one page stays small also when its steps have been tried very often. */
  private static final int ATTEMPTS_MAX = 10_000;

  private static final String PAGE =
      "SELECT"
          + StepRow.COLUMNS
          + """
          , octet_length(input) AS input_bytes, iif(octet_length(input) <= ?1, input, NULL) AS input,
            octet_length(output) AS output_bytes,
            iif(octet_length(output) <= ?1, output, NULL) AS output
          FROM steps WHERE step_key BETWEEN ?2 AND ?3 ORDER BY step_key LIMIT ?4
          """;

  private static final String STRUCK =
      "SELECT"
          + StepRow.COLUMNS
          + """
          , NULL AS input, NULL AS input_bytes, NULL AS output, NULL AS output_bytes
          FROM steps WHERE step_key BETWEEN ? AND ? AND status = 'running'
            AND (waiting_kind IS NULL OR strikes > 0)
          ORDER BY step_key
          """;

  private static final String ATTEMPTS =
      """
      SELECT step_key, attempt, outcome, started_ms, finished_ms, next_due_ms, error FROM attempts
      WHERE step_key BETWEEN ? AND ? ORDER BY step_key, attempt LIMIT ?
      """;

  private record Numbered(int ordinal, AttemptRecord attempt) {}

  private StepReads() {}

  static List<StepRecord> page(Session session, long runKey, int from, long most, long valueMax)
      throws SQLException {
    if (from > StepKeys.ORDINAL_MAX) {
      return List.of();
    }
    return session.list(
        PAGE, StepRow::read, valueMax, StepKeys.of(runKey, from), StepKeys.last(runKey), most);
  }

  static List<StepRecord> struck(Session session, long runKey) throws SQLException {
    return session.list(STRUCK, StepRow::read, StepKeys.first(runKey), StepKeys.last(runKey));
  }

  /** The same steps, with what is known of every attempt. */
  static List<StepRecord> withAttempts(Session session, long runKey, List<StepRecord> steps)
      throws SQLException {
    if (steps.isEmpty()) {
      return steps;
    }
    var past = past(session, runKey, steps);
    return steps.stream()
        .map(step -> StepRow.with(step, all(step, past.getOrDefault(step.ordinal(), List.of()))))
        .toList();
  }

  private static Map<Integer, List<AttemptRecord>> past(
      Session session, long runKey, List<StepRecord> steps) throws SQLException {
    var found =
        session.list(
            ATTEMPTS,
            row ->
                new Numbered(StepKeys.ordinal(row.getLong("step_key")), StepRow.readAttempt(row)),
            StepKeys.of(runKey, steps.getFirst().ordinal()),
            StepKeys.of(runKey, steps.getLast().ordinal()),
            ATTEMPTS_MAX);
    var byOrdinal = new HashMap<Integer, List<AttemptRecord>>();
    for (var numbered : found) {
      byOrdinal
          .computeIfAbsent(numbered.ordinal(), any -> new ArrayList<>())
          .add(numbered.attempt());
    }
    return byOrdinal;
  }

  private static List<AttemptRecord> all(StepRecord step, List<AttemptRecord> past) {
    var current = current(step);
    if (current == null) {
      return past;
    }
    var all = new ArrayList<>(past);
    all.add(current);
    return all;
  }

  /** The attempt that is in flight or has completed: it stands in the step's own row. */
  private static @Nullable AttemptRecord current(StepRecord step) {
    if (step.isInFlight()) {
      return new AttemptRecord(
          step.attempt(), Outcome.RUNNING, step.attemptStartedAt(), null, null, null);
    }
    return step.status() == Status.COMPLETED
        ? new AttemptRecord(
            step.attempt(),
            Outcome.COMPLETED,
            step.attemptStartedAt(),
            step.finishedAt(),
            null,
            null)
        : null;
  }
}
