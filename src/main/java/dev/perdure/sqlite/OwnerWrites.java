package dev.perdure.sqlite;

import dev.perdure.journal.Command.BeginShutdown;
import dev.perdure.journal.Command.ClearStrikes;
import dev.perdure.journal.Command.TakeOver;
import dev.perdure.journal.Command.TakenOver;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.StepRef;
import java.sql.SQLException;
import java.util.Set;

/** Who owns the journal, and what the owner before left behind. */
final class OwnerWrites {

  private static final String EPOCH = "SELECT owner_epoch FROM engine";

  private static final String ENDED_CLEANLY =
      "SELECT shutdown_began OR owner_epoch = 0 FROM engine";

  private static final String IN_FLIGHT =
      """
       FROM runs r CROSS JOIN steps s
        ON s.step_key BETWEEN (r.run_key << 20) AND (r.run_key << 20) + 1048575
      WHERE r.status = 'running' AND r.status <> 'completed'
        AND s.status = 'running' AND s.waiting_kind IS NULL AND s.attempt > 0
      """;

  /** The first parameter is what every step gets; one that called exit gets a strike anyway. */
  static final String INTERRUPT =
      """
      UPDATE steps SET interrupted = interrupted + 1, strikes = strikes + max(?1, exit_called),
        trial = trial AND max(?1, exit_called), exit_called = 0, waiting_kind = 'slot',
        waiting_since_ms = ?2
      WHERE step_key IN (SELECT s.step_key
      """
          + IN_FLIGHT
          + ") RETURNING step_key, attempt, attempt_started_ms";

  private static final String COPY_ATTEMPT =
      """
      INSERT INTO attempts (step_key, attempt, outcome, started_ms, finished_ms)
      VALUES (?, ?, 'interrupted', ?, ?)
      """;

  private static final String PARK_RUNS =
      """
      UPDATE runs SET waiting_kind = 'slot', waiting_since_ms = ?
      WHERE status = 'running' AND status <> 'completed' AND waiting_kind IS NULL
      """;

  private static final String TAKE_OVER =
      """
      UPDATE engine SET owner_epoch = owner_epoch + 1, boot_id = ?, owned_since_ms = ?,
        shutdown_began = 0
      RETURNING owner_epoch
      """;

  private static final String BEGIN_SHUTDOWN = "UPDATE engine SET shutdown_began = 1";

  private static final String MARK_EXIT =
      """
      UPDATE steps SET exit_called = 1
      WHERE step_key = ? AND status = 'running' AND waiting_kind IS NULL AND attempt > 0
      """;

  private static final String CLEAR_STRIKES =
      "UPDATE steps SET strikes = 0, trial = 0 WHERE step_key = ? AND status = 'running'";

  /** A step whose attempt was cut off. */
  private record InFlight(long key, int attempt, long startedMs) {}

  private final Session session;
  private final ActiveRuns active;
  private final Seams seams;

  OwnerWrites(Session session, ActiveRuns active, Seams seams) {
    this.session = session;
    this.active = active;
    this.seams = seams;
  }

  long storedEpoch() throws SQLException {
    return session.number(EPOCH);
  }

  TakenOver takeOver(TakeOver command, Touched touched) throws SQLException {
    long atMs = Columns.ofInstant(command.at());
    boolean cleanEnd = session.number(ENDED_CLEANLY) == 1;
    int interrupted = interruptAll(cleanEnd, atMs);
    session.update(PARK_RUNS, atMs);
    seams.takenOver(session);
    long epoch = session.number(TAKE_OVER, command.bootId(), atMs);
    active.forgetAll();
    touched.addOther();
    return new TakenOver(epoch, cleanEnd, interrupted);
  }

  /** Goes through the steps of all runs once, however many wait; few are in flight. */
  private int interruptAll(boolean cleanEnd, long atMs) throws SQLException {
    var inFlight =
        session.list(
            INTERRUPT,
            row -> new InFlight(row.getLong(1), row.getInt(2), row.getLong(3)),
            cleanEnd ? 0 : 1,
            atMs);
    for (var step : inFlight) {
      session.update(COPY_ATTEMPT, step.key(), step.attempt(), step.startedMs(), atMs);
    }
    return inFlight.size();
  }

  Verdict beginShutdown(BeginShutdown command) throws SQLException {
    session.execute(BEGIN_SHUTDOWN);
    updateSteps(MARK_EXIT, command.exitCallers());
    return Verdict.APPLIED;
  }

  Verdict clearStrikes(ClearStrikes command, Touched touched) throws SQLException {
    command.steps().forEach(step -> touched.add(step.run()));
    updateSteps(CLEAR_STRIKES, command.steps());
    return Verdict.APPLIED;
  }

  private void updateSteps(String sql, Set<StepRef> steps) throws SQLException {
    for (var step : steps) {
      var run = active.find(step.run());
      if (run != null) {
        session.update(sql, StepKeys.of(run.key, step.ordinal()));
      }
    }
  }
}
