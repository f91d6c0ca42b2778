package dev.perdure.sqlite;

import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.CancelRun;
import dev.perdure.journal.Ending;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cancels runs together with the children that they wait for. */
final class CancelWrites {

  private static final String COLUMNS =
      " r.run_key, r.id, r.status, r.ending, r.reason_code, r.started_ms IS NOT NULL AS begun ";

  private static final String FIND = "SELECT" + COLUMNS + "FROM runs AS r WHERE r.id = ?";

  static final String AWAITED_CHILDREN =
      "SELECT"
          + COLUMNS
          + """
          FROM children AS c CROSS JOIN runs AS r ON r.run_key = c.run_key
          WHERE c.step_key BETWEEN ? AND ? AND c.awaited = 1
            AND (r.status = 'running' OR r.status = 'pending' OR r.status = 'blocked')
          ORDER BY c.step_key
          """;

  private static final String CANCEL =
      """
      UPDATE runs SET status = 'cancelled', ending = NULL, error = NULL, reason_code = ?,
        reason = ?, finished_ms = ?
      WHERE run_key = ? AND (status = 'pending' OR status = 'blocked')
      """;

  /** One that is active goes on; a parked or blocked one needs a slot to be replayed. */
  private static final String BEGIN_TO_END =
      """
      UPDATE runs SET ending = 'cancelled', reason_code = ?1, reason = ?2, status = 'running',
        waiting_kind = iif(status = 'blocked' OR waiting_kind IS NOT NULL, 'slot', NULL),
        waiting_name = NULL,
        waiting_since_ms = iif(status = 'blocked' OR waiting_kind IS NOT NULL, ?3, NULL),
        waiting_until_ms = NULL
      WHERE run_key = ?4 AND ending IS NULL AND (status = 'running' OR status = 'blocked')
      """;

  /** They keep their strikes: what has brought the engine down is not to be started again. */
  private static final String UNBLOCK_STEPS =
      """
      UPDATE steps SET status = 'running', reason_code = NULL, reason = NULL, trial = 0,
        waiting_kind = 'slot', waiting_since_ms = ?
      WHERE step_key BETWEEN ? AND ? AND status = 'blocked'
      """;

  /** A run as cancelling needs to know it. */
  private record Found(
      long key,
      RunId id,
      Status status,
      @Nullable Ending ending,
      @Nullable String reasonCode,
      boolean begun) {

    static Found of(Row row) throws SQLException {
      return new Found(
          row.getLong("run_key"),
          Columns.id(row, "id"),
          Columns.status(row),
          Columns.ending(row),
          row.getString("reason_code"),
          row.getBoolean("begun"));
    }

    /** One that is ending already goes its way, unless it is stuck on it. */
    boolean isCancellable(Set<String> unreplayable) {
      return ending == null || endsAtOnce(unreplayable);
    }

    /** Whether there is nothing to be compensated, or no way to do it. */
    boolean endsAtOnce(Set<String> unreplayable) {
      return switch (status) {
        case PENDING -> true;
        case BLOCKED -> !begun || (reasonCode != null && unreplayable.contains(reasonCode));
        case RUNNING, COMPLETED, FAILED, CANCELLED -> false;
      };
    }
  }

  private final Session session;
  private final ActiveRuns active;
  private final StepWrites steps;
  private final ChildWrites children;

  CancelWrites(Session session, ActiveRuns active, ChildWrites children) {
    this.session = session;
    this.active = active;
    this.steps = new StepWrites(session);
    this.children = children;
  }

  CancelResult cancel(CancelRun command, Touched touched) throws SQLException {
    var run = session.first(FIND, Found::of, (Object) Columns.ofId(command.run()));
    if (run == null) {
      return new CancelResult.NoSuchRun();
    }
    if (run.status().isTerminal()) {
      return new CancelResult.RunEnded(run.status());
    }
    if (run.ending() != null && !run.isCancellable(command.unreplayable())) {
      return alreadyEnding(run.ending());
    }
    return cancelAll(family(run, command.unreplayable()), command, touched);
  }

  private static CancelResult alreadyEnding(Ending ending) {
    return ending == Ending.CANCELLED
        ? new CancelResult.Accepted(List.of(), 0, List.of())
        : new CancelResult.AlreadyEnding(ending);
  }

  /** The run and the unfinished runs it waits for, generation by generation. */
  private List<List<Found>> family(Found root, Set<String> unreplayable) throws SQLException {
    var generations = new ArrayList<List<Found>>();
    for (var next = List.of(root); !next.isEmpty(); next = childrenOf(next, unreplayable)) {
      generations.add(next);
    }
    return generations;
  }

  private List<Found> childrenOf(List<Found> parents, Set<String> unreplayable)
      throws SQLException {
    var found = new ArrayList<Found>();
    for (var parent : parents) {
      found.addAll(
          session.list(
              AWAITED_CHILDREN,
              Found::of,
              StepKeys.first(parent.key()),
              StepKeys.last(parent.key())));
    }
    found.removeIf(run -> !run.isCancellable(unreplayable));
    return found;
  }

  private CancelResult cancelAll(List<List<Found>> family, CancelRun command, Touched touched)
      throws SQLException {
    var cancelled = new ArrayList<RunId>();
    var ending = new ArrayList<RunId>();
    var unblocked = new ArrayList<RunId>();
    int pending = 0;
    for (var generation : family.reversed()) {
      for (var run : generation) {
        if (run.endsAtOnce(command.unreplayable())) {
          cancelAtOnce(run, command);
          touched.addStopped(run.id());
          cancelled.add(run.id());
          pending += run.status() == Status.PENDING ? 1 : 0;
        } else {
          beginToEnd(run, command);
          touched.add(run.id());
          ending.add(run.id());
          if (run.status() == Status.BLOCKED) {
            unblocked.add(run.id());
          }
        }
        active.end(run.id());
      }
    }
    return new CancelResult.Accepted(cancelled, pending, ending, unblocked);
  }

  private void cancelAtOnce(Found run, CancelRun command) throws SQLException {
    var reason = command.cancelled();
    session.update(
        CANCEL, reason.code(), reason.message(), Columns.ofInstant(command.at()), run.key());
    steps.cancelAll(run.key(), command.at());
    children.ended(Objects.requireNonNull(active.find(run.id())), command.at());
  }

  private void beginToEnd(Found run, CancelRun command) throws SQLException {
    long atMs = Columns.ofInstant(command.at());
    var reason = command.cancelling();
    session.update(BEGIN_TO_END, reason.code(), reason.message(), atMs, run.key());
    if (run.status() == Status.BLOCKED) {
      session.update(UNBLOCK_STEPS, atMs, StepKeys.first(run.key()), StepKeys.last(run.key()));
    }
  }
}
