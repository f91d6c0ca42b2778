package dev.perdure.sqlite;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.StepRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The rows of {@code steps} and {@code attempts}. */
final class StepRow {

  static final String COLUMNS =
      """
       step_key, scope, position, kind, name, status, reason_code, reason, waiting_kind,
      waiting_name, waiting_since_ms, waiting_until_ms, attempt, interrupted, max_attempts,
      strikes, trial, started_ms, attempt_started_ms, next_due_ms, finished_ms, input_digest, error
      """;

  private StepRow() {}

  /** A step with the attempts given. */
  static StepRecord read(ResultSet row) throws SQLException {
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
        null,
        null,
        List.of());
  }

  static AttemptRecord readAttempt(ResultSet row) throws SQLException {
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

  private static AttemptRecord.Outcome outcome(String word) throws SQLException {
    for (var outcome : AttemptRecord.Outcome.values()) {
      if (outcome.word().equals(word)) {
        return outcome;
      }
    }
    throw new SQLException("Unknown outcome: " + word);
  }
}
