package dev.perdure.sqlite;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.StepProgress;
import dev.perdure.journal.StepRecord;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of {@code steps} and {@code attempts}. */
final class StepRow {

  /** Of steps as {@code s} and their progress as {@code p}; see {@link #FROM}. */
  static final String COLUMNS =
      """
       s.step_key AS step_key, scope, position, kind, name, status, reason_code, reason,
      waiting_kind, waiting_name, waiting_since_ms, waiting_until_ms, attempt, interrupted,
      max_attempts, strikes, trial, started_ms, attempt_started_ms, next_due_ms, finished_ms,
      input_digest, error, p.fraction AS progress_fraction, p.text AS progress_text,
      p.at_ms AS progress_ms,
      CASE WHEN attempt = 0 THEN (
        SELECT r.id FROM children AS c CROSS JOIN runs AS r ON r.run_key = c.run_key
        WHERE c.step_key = s.step_key) END AS child_id
      """;

  static final String FROM = " FROM steps AS s LEFT JOIN progress AS p ON p.step_key = s.step_key ";

  private StepRow() {}

  /** A step with the attempts given. */
  static StepRecord read(Row row) throws SQLException {
    return new StepRecord(
        StepKeys.ordinal(row.getLong("step_key")),
        row.getString("scope"),
        row.getInt("position"),
        row.getString("kind"),
        row.getString("name"),
        Columns.status(row),
        Columns.reason(row),
        Columns.waitingFor(row),
        row.getString("input_digest"),
        Columns.value(row, "input"),
        Columns.value(row, "output"),
        Columns.error(row),
        row.getInt("attempt"),
        row.getInt("interrupted"),
        row.getInt("max_attempts"),
        row.getInt("strikes"),
        row.getBoolean("trial"),
        Columns.instant(row, "started_ms"),
        Columns.instant(row, "attempt_started_ms"),
        Columns.optionalInstant(row, "finished_ms"),
        Columns.optionalInstant(row, "next_due_ms"),
        progress(row),
        Columns.optionalId(row, "child_id"),
        List.of());
  }

  static AttemptRecord readAttempt(Row row) throws SQLException {
    return new AttemptRecord(
        row.getInt("attempt"),
        outcome(row.getString("outcome")),
        Columns.instant(row, "started_ms"),
        Columns.optionalInstant(row, "finished_ms"),
        Columns.error(row),
        Columns.optionalInstant(row, "next_due_ms"));
  }

  static StepRecord with(StepRecord step, List<AttemptRecord> attempts) {
    return new StepRecord(
        step.ordinal(),
        step.scope(),
        step.position(),
        step.kind(),
        step.name(),
        step.status(),
        step.reason(),
        step.waitingFor(),
        step.inputDigest(),
        step.input(),
        step.output(),
        step.error(),
        step.attempt(),
        step.interrupted(),
        step.maxAttempts(),
        step.strikes(),
        step.trial(),
        step.startedAt(),
        step.attemptStartedAt(),
        step.finishedAt(),
        step.nextDueAt(),
        step.progress(),
        step.child(),
        attempts);
  }

  private static @Nullable StepProgress progress(Row row) throws SQLException {
    var text = row.getString("progress_text");
    return text == null
        ? null
        : new StepProgress(
            row.getDouble("progress_fraction"), text, Columns.instant(row, "progress_ms"));
  }

  private static AttemptRecord.Outcome outcome(String word) throws SQLException {
    for (var outcome : AttemptRecord.Outcome.values()) {
      if (outcome.word().equals(word)) {
        return outcome;
      }
    }
    throw new SQLException("Unknown outcome: " + word);
  }
}
