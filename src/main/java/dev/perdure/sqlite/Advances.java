package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.sqlite.ActiveRuns.ActiveRun;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Moves runs forward: decides first, then applies every change or, on a bug, none. */
final class Advances {

  private final ActiveRuns active;
  private final RunWrites runs;
  private final StepWrites steps;

  Advances(Session session, ActiveRuns active) {
    this.active = active;
    this.runs = new RunWrites(session);
    this.steps = new StepWrites(session);
  }

  Verdict advance(Advance command, Touched touched) throws SQLException {
    var run = active.find(command.id());
    if (run == null || !decideAndApply(run, command)) {
      return Verdict.REFUSED;
    }
    touched.add(command.id());
    return Verdict.APPLIED;
  }

  /** Applies changes to a run that is known to be running. */
  void applyAll(ActiveRun run, int generation, List<Change> changes) throws SQLException {
    for (var change : changes) {
      if (!apply(run, generation, change)) {
        throw new BrokenCommandException(
            "Run "
                + run.id
                + ": the stored run or step is not what this starts from: "
                + name(change)
                + ".");
      }
    }
  }

  private boolean decideAndApply(ActiveRun run, Advance command) throws SQLException {
    var changes = command.changes();
    int generation = command.generation();
    // The usual command begins with the end of a step, whose own statement decides.
    if (!changes.isEmpty() && changes.getFirst() instanceof Change.StepCompleted completed) {
      if (!complete(run, generation, completed)) {
        return false;
      }
      applyAll(run, generation, changes.subList(1, changes.size()));
      return true;
    }
    if (!runs.isRunning(run.key, generation) || !firstStepMatches(run, changes)) {
      return false;
    }
    applyAll(run, generation, changes);
    return true;
  }

  private boolean firstStepMatches(ActiveRun run, List<Change> changes) throws SQLException {
    Optional<Change.OfStep> first =
        changes.stream()
            .filter(Change.OfStep.class::isInstance)
            .map(Change.OfStep.class::cast)
            .findFirst();
    return first.isEmpty() || steps.matches(run.key, first.get());
  }

  private boolean apply(ActiveRun run, int generation, Change change) throws SQLException {
    return switch (change) {
      case Change.AttemptStarted c -> steps.start(run.key, c) && goOn(run, generation);
      case Change.StepCompleted c -> complete(run, generation, c);
      case Change.AttemptFailed c ->
          steps.failAttempt(run.key, c)
              && runs.explain(run.key, generation, c.ordinal(), c.reason());
      case Change.AttemptInterrupted c ->
          steps.interrupt(run.key, c)
              && runs.awaitSlot(run.key, generation, Columns.ofInstant(c.at()))
              && waits(run);
      case Change.StepFailed c ->
          steps.fail(run.key, c) && runs.explain(run.key, generation, c.ordinal(), c.reason());
      case Change.StepWaiting c -> steps.wait(run.key, c);
      case Change.RunWaiting c -> runs.await(run.key, generation, c.waitingFor()) && waits(run);
      case Change.OfEntry c -> throw new UnsupportedOperationException();
      case Change.StepCancelled c -> throw new UnsupportedOperationException();
      case Change.SignalTaken c -> throw new UnsupportedOperationException();
      case Change.ChildStarted c -> throw new UnsupportedOperationException();
      case Change.StepProgressed c -> throw new UnsupportedOperationException();
      case Change.StepLogged c -> throw new UnsupportedOperationException();
      case Change.RunEnding c -> throw new UnsupportedOperationException();
      case Change.RunCancelled c -> throw new UnsupportedOperationException();
      case Change.StepBlocked c ->
          steps.block(run.key, c) && runs.explain(run.key, generation, c.ordinal(), c.reason());
      case Change.RunCompleted c -> runs.complete(run.key, generation, c) && ended(run);
      case Change.RunFailed c -> runs.fail(run.key, generation, c) && ended(run);
      case Change.RunBlocked c -> runs.block(run.key, generation, c.reason()) && ended(run);
    };
  }

  private boolean complete(ActiveRun run, int generation, Change.StepCompleted c)
      throws SQLException {
    if (!steps.complete(run.key, generation, c)) {
      return false;
    }
    if (c.attempt() > 1) {
      runs.recovered(run.key, generation, c.ordinal());
    }
    return true;
  }

  private boolean goOn(ActiveRun run, int generation) throws SQLException {
    if (!run.waits) {
      return true;
    }
    run.waits = false;
    return runs.goOn(run.key, generation);
  }

  private static boolean waits(ActiveRun run) {
    run.waits = true;
    return true;
  }

  private boolean ended(ActiveRun run) {
    active.end(run.id);
    return true;
  }

  private static String name(Change change) {
    return change instanceof Change.OfStep step
        ? change.getClass().getSimpleName()
            + " of step "
            + step.ordinal()
            + ", attempt "
            + step.attempt()
        : change.getClass().getSimpleName();
  }
}
