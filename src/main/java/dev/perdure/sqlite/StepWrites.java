package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.WaitingFor;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The transitions of a step. Each compares with the stored row in the statement that changes it and
 * answers whether it matched.
 */
final class StepWrites {

  private static final String IN_FLIGHT =
      " WHERE step_key = ? AND status = 'running' AND waiting_kind IS NULL AND attempt = ?"
          + " AND attempt > 0";

  private static final String WAITING =
      " WHERE step_key = ? AND status = 'running' AND waiting_kind IS NOT NULL AND attempt = ?";

  private static final String INSERT =
      """
      INSERT INTO steps (step_key, scope, position, kind, name, status, attempt, max_attempts,
        trial, started_ms, attempt_started_ms, input_digest, input)
      VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String START_AGAIN =
      """
      UPDATE steps SET attempt = attempt + 1, max_attempts = ?, trial = ?, exit_called = 0,
        attempt_started_ms = ?, next_due_ms = NULL, waiting_kind = NULL, waiting_name = NULL,
        waiting_since_ms = NULL, waiting_until_ms = NULL
      """
          + WAITING;

  private static final String COMPLETE =
      """
      UPDATE steps SET status = 'completed', output = ?, finished_ms = ?, reason_code = NULL,
        reason = NULL, strikes = 0, trial = 0, exit_called = 0
      """
          + IN_FLIGHT
          + " AND EXISTS (SELECT 1 FROM runs WHERE run_key = ? AND status = 'running'"
          + " AND generation = ?)";

  private static final String FAIL_ATTEMPT =
      """
      UPDATE steps SET reason_code = ?, reason = ?, next_due_ms = ?, trial = 0, exit_called = 0,
        waiting_kind = ?, waiting_name = ?, waiting_since_ms = ?, waiting_until_ms = ?
      """
          + IN_FLIGHT;

  /** Code that called exit has ended its own process: that is a strike. */
  private static final String INTERRUPT =
      """
      UPDATE steps SET interrupted = interrupted + 1, strikes = strikes + exit_called,
        trial = trial AND exit_called, exit_called = 0, waiting_kind = 'slot',
        waiting_since_ms = ?
      """
          + IN_FLIGHT;

  private static final String FAIL =
      """
      UPDATE steps SET status = 'failed', reason_code = ?, reason = ?, error = ?, finished_ms = ?,
        strikes = 0, trial = 0, exit_called = 0
      """
          + IN_FLIGHT;

  private static final String WAIT =
      """
      UPDATE steps SET waiting_kind = ?, waiting_name = ?, waiting_since_ms = ?,
        waiting_until_ms = ?
      """
          + WAITING;

  private static final String BLOCK =
      """
      UPDATE steps SET status = 'blocked', reason_code = ?, reason = ?, waiting_kind = NULL,
        waiting_name = NULL, waiting_since_ms = NULL, waiting_until_ms = NULL, next_due_ms = NULL
      WHERE step_key = ? AND status = 'running' AND attempt = ?
      """;

  private static final String CANCEL =
      """
      UPDATE steps SET status = 'cancelled', reason_code = ?, reason = ?, finished_ms = ?,
        waiting_kind = NULL, waiting_name = NULL, waiting_since_ms = NULL, waiting_until_ms = NULL,
        next_due_ms = NULL, strikes = 0, trial = 0, exit_called = 0
      WHERE step_key = ? AND status = 'running' AND attempt = ?
      """;

  static final String CANCEL_ALL =
      """
      UPDATE steps SET status = 'cancelled', reason_code = 'run-ended',
        reason = 'The run has ended.', finished_ms = ?,
        waiting_kind = NULL, waiting_name = NULL, waiting_since_ms = NULL, waiting_until_ms = NULL,
        next_due_ms = NULL, strikes = 0, trial = 0, exit_called = 0
      WHERE step_key BETWEEN ? AND ? AND (status = 'running' OR status = 'blocked')
      """;

  private static final String COUNT_INTERRUPTED =
      "UPDATE steps SET interrupted = interrupted + 1" + IN_FLIGHT;

  private static final String COPY_ATTEMPT =
      """
      INSERT INTO attempts (step_key, attempt, outcome, started_ms, finished_ms, next_due_ms, error)
      SELECT step_key, attempt, ?, attempt_started_ms, ?, ?, ? FROM steps
      """
          + IN_FLIGHT;

  private static final String IS_IN_FLIGHT = "SELECT count(*) FROM steps" + IN_FLIGHT;
  private static final String IS_WAITING = "SELECT count(*) FROM steps" + WAITING;
  private static final String EXISTS = "SELECT count(*) FROM steps WHERE step_key = ?";
  private static final String IS_RUNNING =
      "SELECT count(*) FROM steps WHERE step_key = ? AND status = 'running' AND attempt = ?";

  private final Session session;

  StepWrites(Session session) {
    this.session = session;
  }

  /** Whether the stored step is what the change starts from. Changes nothing. */
  boolean matches(long runKey, Change.OfStep change) throws SQLException {
    long key = StepKeys.of(runKey, change.ordinal());
    int attempt = change.attempt();
    return switch (change) {
      case Change.AttemptStarted started ->
          attempt == 1
              ? session.number(EXISTS, key) == 0
              : session.number(IS_WAITING, key, attempt - 1) == 1;
      case Change.StepWaiting waiting -> session.number(IS_WAITING, key, attempt) == 1;
      case Change.StepBlocked blocked -> session.number(IS_RUNNING, key, attempt) == 1;
      case Change.StepCompleted completed -> session.number(IS_IN_FLIGHT, key, attempt) == 1;
      case Change.AttemptFailed failed -> session.number(IS_IN_FLIGHT, key, attempt) == 1;
      case Change.AttemptInterrupted cut -> session.number(IS_IN_FLIGHT, key, attempt) == 1;
      case Change.StepFailed failed -> session.number(IS_IN_FLIGHT, key, attempt) == 1;
      case Change.StepCancelled cancelled -> session.number(IS_RUNNING, key, attempt) == 1;
    };
  }

  boolean start(long runKey, Change.AttemptStarted c) throws SQLException {
    long key = StepKeys.of(runKey, c.ordinal());
    if (c.attempt() > 1) {
      return session.update(
              START_AGAIN, c.maxAttempts(), flag(c.trial()), ms(c.at()), key, c.attempt() - 1)
          == 1;
    }
    return session.update(
            INSERT,
            key,
            c.scope(),
            c.position(),
            c.kind(),
            c.name(),
            c.attempt(),
            c.maxAttempts(),
            flag(c.trial()),
            ms(c.at()),
            ms(c.at()),
            c.inputDigest(),
            c.input())
        == 1;
  }

  /** Compares the run too, so that the usual command needs no statement that only asks. */
  boolean complete(long runKey, int generation, Change.StepCompleted c) throws SQLException {
    long key = StepKeys.of(runKey, c.ordinal());
    return session.update(COMPLETE, c.output(), ms(c.at()), key, c.attempt(), runKey, generation)
        == 1;
  }

  boolean failAttempt(long runKey, Change.AttemptFailed c) throws SQLException {
    long key = StepKeys.of(runKey, c.ordinal());
    var due = Columns.ofDue(c.nextDueAt());
    var waiting = c.waitingFor();
    return copyFailed(key, c.attempt(), c.error(), c.at(), due)
        && session.update(
                FAIL_ATTEMPT,
                c.reason().code(),
                c.reason().message(),
                due,
                waiting.kind().word(),
                waiting.name(),
                ms(waiting.since()),
                Columns.ofDue(waiting.until()),
                key,
                c.attempt())
            == 1;
  }

  boolean interrupt(long runKey, Change.AttemptInterrupted c) throws SQLException {
    long key = StepKeys.of(runKey, c.ordinal());
    return copyInterrupted(key, c.attempt(), c.at())
        && session.update(INTERRUPT, ms(c.at()), key, c.attempt()) == 1;
  }

  boolean fail(long runKey, Change.StepFailed c) throws SQLException {
    long key = StepKeys.of(runKey, c.ordinal());
    var error = Columns.ofError(c.error());
    return copyFailed(key, c.attempt(), c.error(), c.at(), null)
        && session.update(
                FAIL, c.reason().code(), c.reason().message(), error, ms(c.at()), key, c.attempt())
            == 1;
  }

  boolean wait(long runKey, Change.StepWaiting c) throws SQLException {
    WaitingFor waiting = c.waitingFor();
    return session.update(
            WAIT,
            waiting.kind().word(),
            waiting.name(),
            ms(waiting.since()),
            Columns.ofDue(waiting.until()),
            StepKeys.of(runKey, c.ordinal()),
            c.attempt())
        == 1;
  }

  /** An attempt that was in flight has an unknown end and is recorded as interrupted. */
  boolean block(long runKey, Change.StepBlocked c) throws SQLException {
    long key = StepKeys.of(runKey, c.ordinal());
    interruptIfInFlight(key, c.attempt(), c.at());
    Reason reason = c.reason();
    return session.update(BLOCK, reason.code(), reason.message(), key, c.attempt()) == 1;
  }

  /** Of a step as of an entry without attempts. */
  boolean cancel(long runKey, Change.StepCancelled c) throws SQLException {
    long key = StepKeys.of(runKey, c.ordinal());
    interruptIfInFlight(key, c.attempt(), c.at());
    Reason reason = c.reason();
    return session.update(CANCEL, reason.code(), reason.message(), ms(c.at()), key, c.attempt())
        == 1;
  }

  /** Nothing of a run that has ended is left open. */
  void cancelAll(long runKey, Instant at) throws SQLException {
    session.update(CANCEL_ALL, ms(at), StepKeys.first(runKey), StepKeys.last(runKey));
  }

  private void interruptIfInFlight(long key, int attempt, Instant at) throws SQLException {
    if (copyInterrupted(key, attempt, at)) {
      session.update(COUNT_INTERRUPTED, key, attempt);
    }
  }

  private boolean copyFailed(
      long key, int attempt, ErrorRecord error, Instant at, @Nullable Long nextDueMs)
      throws SQLException {
    return session.update(
            COPY_ATTEMPT, "failed", ms(at), nextDueMs, Columns.ofError(error), key, attempt)
        == 1;
  }

  private boolean copyInterrupted(long key, int attempt, Instant at) throws SQLException {
    return session.update(COPY_ATTEMPT, "interrupted", ms(at), null, null, key, attempt) == 1;
  }

  private static long ms(Instant at) {
    return Columns.ofInstant(at);
  }

  private static int flag(boolean set) {
    return set ? 1 : 0;
  }
}
