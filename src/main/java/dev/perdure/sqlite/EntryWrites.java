package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.WaitingFor;
import java.sql.SQLException;
import java.time.Instant;

/**
 * The transitions of an entry without attempts. Each compares with the stored row in the statement
 * that changes it and answers whether it matched.
 */
final class EntryWrites {

  private static final String IS_OPEN =
      " WHERE step_key = ? AND status = 'running' AND attempt = 0";

  private static final String INSERT =
      """
      INSERT INTO steps (step_key, scope, position, kind, name, status, waiting_kind, waiting_name,
        waiting_since_ms, waiting_until_ms, attempt, max_attempts, started_ms, attempt_started_ms,
        finished_ms, input_digest, input, output)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, ?11, ?11, ?12, ?13, ?14, ?15)
      """;

  /** A step between two attempts fails like an entry, when there is no time for another one. */
  private static final String CAN_FAIL =
      " WHERE step_key = ? AND status = 'running' AND (attempt = 0 OR waiting_kind IS NOT NULL)";

  private static final String NO_WAIT =
      """
       waiting_kind = NULL, waiting_name = NULL, waiting_since_ms = NULL, waiting_until_ms = NULL,
        next_due_ms = NULL
      """;

  private static final String COMPLETE =
      """
      UPDATE steps SET status = 'completed', output = ?, finished_ms = ?, reason_code = NULL,
        reason = NULL,
      """
          + NO_WAIT
          + IS_OPEN;

  private static final String FAIL =
      """
      UPDATE steps SET status = 'failed', reason_code = ?, reason = ?, error = ?, finished_ms = ?,
        strikes = 0, trial = 0, exit_called = 0,
      """
          + NO_WAIT
          + CAN_FAIL;

  private static final String COUNT_OPEN = "SELECT count(*) FROM steps" + IS_OPEN;
  private static final String COUNT_CAN_FAIL = "SELECT count(*) FROM steps" + CAN_FAIL;
  private static final String COUNT = "SELECT count(*) FROM steps WHERE step_key = ?";

  private final Session session;

  EntryWrites(Session session) {
    this.session = session;
  }

  /** Whether the stored entry is what the change starts from. Changes nothing. */
  boolean matches(long runKey, Change.OfEntry change) throws SQLException {
    long key = StepKeys.of(runKey, change.ordinal());
    return switch (change) {
      case Change.EntryBegun begun -> session.number(COUNT, key) == 0;
      case Change.EntryRecorded recorded -> session.number(COUNT, key) == 0;
      case Change.EntryCompleted completed -> session.number(COUNT_OPEN, key) == 1;
      case Change.EntryFailed failed -> session.number(COUNT_CAN_FAIL, key) == 1;
    };
  }

  boolean apply(long runKey, Change.OfEntry change) throws SQLException {
    long key = StepKeys.of(runKey, change.ordinal());
    return switch (change) {
      case Change.EntryBegun c -> begin(key, c);
      case Change.EntryRecorded c -> record(key, c);
      case Change.EntryCompleted c ->
          session.update(COMPLETE, c.output(), Columns.ofInstant(c.at()), key) == 1;
      case Change.EntryFailed c -> fail(key, c);
    };
  }

  private boolean begin(long key, Change.EntryBegun c) throws SQLException {
    WaitingFor waiting = c.waitingFor();
    return session.update(
            INSERT,
            key,
            c.scope(),
            c.position(),
            c.kind(),
            c.name(),
            "running",
            waiting == null ? null : waiting.kind().word(),
            waiting == null ? null : waiting.name(),
            waiting == null ? null : ms(waiting.since()),
            waiting == null ? null : Columns.ofDue(waiting.until()),
            ms(c.at()),
            null,
            c.inputDigest(),
            c.input(),
            null)
        == 1;
  }

  private boolean record(long key, Change.EntryRecorded c) throws SQLException {
    return session.update(
            INSERT,
            key,
            c.scope(),
            c.position(),
            c.kind(),
            c.name(),
            "completed",
            null,
            null,
            null,
            null,
            ms(c.at()),
            ms(c.at()),
            c.inputDigest(),
            c.input(),
            c.output())
        == 1;
  }

  private boolean fail(long key, Change.EntryFailed c) throws SQLException {
    return session.update(
            FAIL,
            c.reason().code(),
            c.reason().message(),
            Columns.ofError(c.error()),
            ms(c.at()),
            key)
        == 1;
  }

  private static long ms(Instant at) {
    return Columns.ofInstant(at);
  }
}
