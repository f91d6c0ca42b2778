package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.WaitingFor;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The transitions of a run's own row. Each compares in the statement that changes it. */
final class RunWrites {

  private static final String IF_RUNNING =
      " WHERE run_key = ? AND status = 'running' AND generation = ?";

  private static final String NO_WAIT =
      """
       waiting_kind = NULL, waiting_name = NULL, waiting_since_ms = NULL, waiting_until_ms = NULL
      """;

  /** A run may complete whose cancellation came too late, but not one that has failed. */
  private static final String NOT_FAILING = " AND (ending IS NULL OR ending = 'cancelled')";

  /** What a run has begun has ended when it completes. */
  private static final String NOTHING_OPEN =
      """
       AND NOT EXISTS (SELECT 1 FROM steps
        WHERE step_key BETWEEN (runs.run_key << 20) AND (runs.run_key << 20) + 1048575
          AND steps.status NOT IN ('completed', 'failed', 'cancelled'))
      """;

  private static final String IS_RUNNING = "SELECT count(*) FROM runs" + IF_RUNNING;

  private static final String COMPLETE =
      """
      UPDATE runs SET status = 'completed', output = ?, finished_ms = ?, ending = NULL,
        reason_code = NULL, reason = NULL, failing_step = NULL,
      """
          + NO_WAIT
          + IF_RUNNING
          + NOT_FAILING
          + NOTHING_OPEN;

  private static final String FAIL =
      """
      UPDATE runs SET status = 'failed', ending = NULL, error = ?, reason_code = ?, reason = ?, failing_step = ?,
        finished_ms = ?,
      """
          + NO_WAIT
          + IF_RUNNING;

  private static final String CANCEL =
      """
      UPDATE runs SET status = 'cancelled', ending = NULL, reason_code = ?, reason = ?,
        finished_ms = ?,
      """
          + NO_WAIT
          + IF_RUNNING
          + NOT_FAILING;

  private static final String BEGIN_TO_END =
      """
      UPDATE runs SET ending = ?, error = ?, reason_code = ?, reason = ?, failing_step = ?
      """
          + IF_RUNNING
          + " AND ending IS NULL";

  private static final String BLOCK =
      "UPDATE runs SET status = 'blocked', reason_code = ?, reason = ?," + NO_WAIT + IF_RUNNING;

  private static final String GO_ON = "UPDATE runs SET" + NO_WAIT + IF_RUNNING;

  private static final String WAIT =
      """
      UPDATE runs SET waiting_kind = ?, waiting_name = ?, waiting_since_ms = ?,
        waiting_until_ms = ?
      """
          + IF_RUNNING;

  private static final String WAIT_FOR_SLOT =
      """
      UPDATE runs SET waiting_kind = 'slot', waiting_name = NULL, waiting_since_ms = ?,
        waiting_until_ms = NULL
      """
          + IF_RUNNING;

  private static final String EXPLAIN =
      """
      UPDATE runs SET reason_code = iif(ending IS NULL, ?, reason_code),
        reason = iif(ending IS NULL, ?, reason),
        failing_step = iif(ending IS NULL,
          (SELECT name FROM steps WHERE step_key = ?), failing_step)
      """
          + IF_RUNNING;

  /** For a step that has failed, or was given up, while its run said that it would be retried. */
  private static final String RETRIES_NO_MORE =
      """
      UPDATE runs SET reason_code = ?, reason = ?,
        failing_step = iif(?1 IS NULL, NULL, failing_step)
      """
          + IF_RUNNING
          + " AND ending IS NULL AND reason_code = 'retrying'"
          + " AND failing_step = (SELECT name FROM steps WHERE step_key = ?)";

  private static final String RECOVERED =
      """
      UPDATE runs SET reason_code = NULL, reason = NULL, failing_step = NULL
      """
          + IF_RUNNING
          + " AND ending IS NULL"
          + " AND failing_step = (SELECT name FROM steps WHERE step_key = ?)";

  private final Session session;

  RunWrites(Session session) {
    this.session = session;
  }

  boolean isRunning(long runKey, int generation) throws SQLException {
    return session.number(IS_RUNNING, runKey, generation) == 1;
  }

  boolean complete(long runKey, int generation, Change.RunCompleted c) throws SQLException {
    return session.update(COMPLETE, c.output(), Columns.ofInstant(c.at()), runKey, generation) == 1;
  }

  boolean fail(long runKey, int generation, Change.RunFailed c) throws SQLException {
    return session.update(
            FAIL,
            Columns.ofError(c.error()),
            c.reason().code(),
            c.reason().message(),
            c.failingStep(),
            Columns.ofInstant(c.at()),
            runKey,
            generation)
        == 1;
  }

  boolean cancel(long runKey, int generation, Change.RunCancelled c) throws SQLException {
    return session.update(
            CANCEL,
            c.reason().code(),
            c.reason().message(),
            Columns.ofInstant(c.at()),
            runKey,
            generation)
        == 1;
  }

  /** One that is ending already keeps how. */
  boolean beginToEnd(long runKey, int generation, Change.RunEnding c) throws SQLException {
    ErrorRecord error = c.error();
    return session.update(
                BEGIN_TO_END,
                c.ending().word(),
                error == null ? null : Columns.ofError(error),
                c.reason().code(),
                c.reason().message(),
                c.failingStep(),
                runKey,
                generation)
            == 1
        || isRunning(runKey, generation);
  }

  boolean block(long runKey, int generation, Reason reason) throws SQLException {
    return session.update(BLOCK, reason.code(), reason.message(), runKey, generation) == 1;
  }

  boolean goOn(long runKey, int generation) throws SQLException {
    return session.update(GO_ON, runKey, generation) == 1;
  }

  boolean await(long runKey, int generation, WaitingFor waiting) throws SQLException {
    return session.update(
            WAIT,
            waiting.kind().word(),
            waiting.name(),
            Columns.ofInstant(waiting.since()),
            Columns.ofDue(waiting.until()),
            runKey,
            generation)
        == 1;
  }

  boolean awaitSlot(long runKey, int generation, long sinceMs) throws SQLException {
    return session.update(WAIT_FOR_SLOT, sinceMs, runKey, generation) == 1;
  }

  /** Says which step is at fault, and why; unless the run is ending, whose own reason stays. */
  boolean explain(long runKey, int generation, int ordinal, @Nullable Reason reason)
      throws SQLException {
    return session.update(
            EXPLAIN,
            reason == null ? null : reason.code(),
            reason == null ? null : reason.message(),
            StepKeys.of(runKey, ordinal),
            runKey,
            generation)
        == 1;
  }

  /**
   * The step is not going to be tried again. Does nothing unless the run speaks of that.
   *
   * @param reason why; null when the step is at fault no longer
   */
  void retriesNoMore(long runKey, int generation, int ordinal, @Nullable Reason reason)
      throws SQLException {
    session.update(
        RETRIES_NO_MORE,
        reason == null ? null : reason.code(),
        reason == null ? null : reason.message(),
        runKey,
        generation,
        StepKeys.of(runKey, ordinal));
  }

  /** The step is at fault no longer. Does nothing when another one is. */
  void recovered(long runKey, int generation, int ordinal) throws SQLException {
    session.update(RECOVERED, runKey, generation, StepKeys.of(runKey, ordinal));
  }
}
