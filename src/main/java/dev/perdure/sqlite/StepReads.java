package dev.perdure.sqlite;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the steps of a run and their attempts. */
final class StepReads {

  /** So that one page stays small also when its steps have been tried very often. */
  private static final int ATTEMPTS_MAX = 10_000;

  static final String PAGE =
      "SELECT"
          + StepRow.COLUMNS
          + """
          , octet_length(input) AS input_bytes, iif(octet_length(input) <= ?1, input, NULL) AS input,
            octet_length(output) AS output_bytes,
            iif(octet_length(output) <= ?1, output, NULL) AS output
          """
          + StepRow.FROM
          + "WHERE s.step_key BETWEEN ?2 AND ?3 ORDER BY s.step_key LIMIT ?4";

  /** What a replay needs: outputs, but no inputs. */
  private static final String OUTPUTS =
      "SELECT"
          + StepRow.COLUMNS
          + ", NULL AS input, NULL AS input_bytes, output, octet_length(output) AS output_bytes";

  static final String ALL =
      OUTPUTS + StepRow.FROM + "WHERE s.step_key BETWEEN ? AND ? ORDER BY s.step_key";

  static final String SOME =
      OUTPUTS
          + " FROM json_each(?) AS j CROSS JOIN steps AS s ON s.step_key = ? + j.value"
          + " LEFT JOIN progress AS p ON p.step_key = s.step_key";

  /** Of very many runs at once: asking for each one made recovery slow. */
  static final String STRUCK =
      "SELECT run_id,"
          + StepRow.COLUMNS
          + """
          , NULL AS input, NULL AS input_bytes, NULL AS output, NULL AS output_bytes
          FROM (
            SELECT j.key AS place, r.run_key AS run_key, r.id AS run_id
            FROM json_each(?) AS j CROSS JOIN runs AS r ON r.id = unhex(j.value))
          CROSS JOIN steps AS s
            ON s.step_key BETWEEN (run_key << 20) AND (run_key << 20) + 1048575
          LEFT JOIN progress AS p ON p.step_key = s.step_key
          WHERE s.status = 'running' AND s.attempt > 0
            AND (s.waiting_kind IS NULL OR s.strikes > 0)
          ORDER BY place, s.step_key
          """;

  static final String LOG =
      "SELECT attempt, line, at_ms FROM step_logs WHERE step_key = ? ORDER BY number";

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

  /** All steps for a replay. */
  static List<StepRecord> all(Session session, long runKey) throws SQLException {
    return session.list(ALL, StepRow::read, StepKeys.first(runKey), StepKeys.last(runKey));
  }

  /** The steps of these ordinals for a replay. */
  static List<StepRecord> some(Session session, long runKey, Collection<Integer> ordinals)
      throws SQLException {
    var steps =
        session.list(SOME, StepRow::read, Columns.ofNumbers(ordinals), StepKeys.first(runKey));
    steps.sort(Comparator.comparingInt(StepRecord::ordinal));
    return steps;
  }

  static Map<RunId, List<StepRecord>> struck(Session session, List<RunId> runs)
      throws SQLException {
    var found = new LinkedHashMap<RunId, List<StepRecord>>();
    session.each(
        STRUCK,
        row ->
            found
                .computeIfAbsent(Columns.id(row, "run_id"), any -> new ArrayList<>())
                .add(StepRow.read(row)),
        Columns.ofIds(runs));
    return found;
  }

  static List<StepLog> log(Session session, long stepKey) throws SQLException {
    return session.list(
        LOG,
        row ->
            new StepLog(
                row.getInt("attempt"), row.getString("line"), Columns.instant(row, "at_ms")),
        stepKey);
  }

  /** The same steps, with what is known of every attempt. */
  static List<StepRecord> withAttempts(Session session, long runKey, List<StepRecord> steps)
      throws SQLException {
    var past =
        steps.stream().anyMatch(StepReads::hasPast)
            ? past(session, runKey, steps)
            : Map.<Integer, List<AttemptRecord>>of();
    return steps.stream()
        .map(step -> StepRow.with(step, all(step, past.getOrDefault(step.ordinal(), List.of()))))
        .toList();
  }

  /** Most steps complete at the first attempt, and then nothing need be asked for. */
  private static boolean hasPast(StepRecord step) {
    return step.attempt() > 1
        || !(step.isInFlight() || step.attempt() == 0 || step.status() == Status.COMPLETED);
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
    return step.status() == Status.COMPLETED && step.attempt() > 0
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
