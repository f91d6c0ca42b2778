package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.sqlite.ActiveRuns.ActiveRun;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Moves runs forward: decides first, then applies every change or, on a bug, none. */
final class Advances {

  private final ActiveRuns active;
  private final RunWrites runs;
  private final StepWrites steps;
  private final EntryWrites entries;
  private final LogWrites logs;
  private final ChildWrites children;
  private final InboxWrites inbox;

  Advances(Session session, ActiveRuns active, ChildWrites children, InboxWrites inbox) {
    this.active = active;
    this.runs = new RunWrites(session);
    this.steps = new StepWrites(session);
    this.entries = new EntryWrites(session);
    this.logs = new LogWrites(session);
    this.children = children;
    this.inbox = inbox;
  }

  Verdict advance(Advance command, Touched touched) throws SQLException {
    var run = active.find(command.id());
    if (run == null || !decideAndApply(run, command, touched)) {
      return Verdict.REFUSED;
    }
    touched.add(command.id());
    return Verdict.APPLIED;
  }

  /** Applies changes to a run that is known to be running. */
  void applyAll(ActiveRun run, int generation, List<Change> changes, Touched touched)
      throws SQLException {
    boolean isStopped = false;
    for (var change : changes) {
      boolean isLawful = change.isNote() || !isStopped;
      isStopped |= change.stopsRun();
      if (!isLawful || !apply(run, generation, change, touched)) {
        throw new BrokenCommandException(
            "Run "
                + run.id
                + ": the stored run or step is not what this starts from: "
                + name(change)
                + ".");
      }
    }
  }

  private boolean decideAndApply(ActiveRun run, Advance command, Touched touched)
      throws SQLException {
    var changes = command.changes();
    int generation = command.generation();
    // The usual command begins with the end of a step, whose own statement decides.
    if (!changes.isEmpty() && changes.getFirst() instanceof Change.StepCompleted completed) {
      if (!complete(run, generation, completed)) {
        return false;
      }
      applyAll(run, generation, changes.subList(1, changes.size()), touched);
      return true;
    }
    if (!runs.isRunning(run.key, generation) || !firstMatches(run, changes)) {
      return false;
    }
    applyAll(run, generation, changes, touched);
    return true;
  }

  /** What the command is about is its first change of a step or entry: that one decides. */
  private boolean firstMatches(ActiveRun run, List<Change> changes) throws SQLException {
    for (var change : changes) {
      if (change instanceof Change.OfStep ofStep) {
        return steps.matches(run.key, ofStep);
      }
      if (change instanceof Change.OfEntry ofEntry) {
        return entries.matches(run.key, ofEntry);
      }
    }
    return true;
  }

  private boolean apply(ActiveRun run, int generation, Change change, Touched touched)
      throws SQLException {
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
      case Change.EntryBegun c ->
          entries.apply(run.key, c) && (c.waitingFor() != null || goOn(run, generation));
      case Change.EntryRecorded c -> entries.apply(run.key, c) && goOn(run, generation);
      case Change.EntryCompleted c -> entries.apply(run.key, c) && goOn(run, generation);
      case Change.EntryFailed c -> {
        boolean failed = entries.apply(run.key, c) && goOn(run, generation);
        runs.retriesNoMore(run.key, generation, c.ordinal(), c.reason());
        yield failed;
      }
      case Change.SignalTaken c -> inbox.take(run.key, c);
      case Change.ChildStarted c -> children.start(run, c, touched);
      case Change.StepProgressed c -> {
        logs.progress(run.key, c);
        yield true;
      }
      case Change.StepLogged c -> {
        logs.line(run.key, c);
        yield true;
      }
      case Change.StepCancelled c -> {
        runs.retriesNoMore(run.key, generation, c.ordinal(), null);
        yield steps.cancel(run.key, c);
      }
      case Change.StepBlocked c ->
          steps.block(run.key, c) && runs.explain(run.key, generation, c.ordinal(), c.reason());
      case Change.RunEnding c -> runs.beginToEnd(run.key, generation, c);
      case Change.RunCompleted c ->
          runs.complete(run.key, generation, c) && ended(run, c.at()) && stopped(run, touched);
      case Change.RunFailed c ->
          runs.fail(run.key, generation, c) && cutShort(run, c.at()) && stopped(run, touched);
      case Change.RunCancelled c ->
          runs.cancel(run.key, generation, c) && cutShort(run, c.at()) && stopped(run, touched);
      case Change.RunBlocked c ->
          runs.block(run.key, generation, c.reason()) && forgotten(run) && stopped(run, touched);
    };
  }

  private static boolean stopped(ActiveRun run, Touched touched) {
    touched.addStopped(run.id);
    return true;
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

  /** A run that has failed or was cancelled may leave entries open. */
  private boolean cutShort(ActiveRun run, Instant at) throws SQLException {
    steps.cancelAll(run.key, at);
    return ended(run, at);
  }

  private boolean ended(ActiveRun run, Instant at) throws SQLException {
    children.ended(run, at);
    active.end(run.id);
    return true;
  }

  private boolean forgotten(ActiveRun run) {
    active.end(run.id);
    return true;
  }

  private static String name(Change change) {
    var type = change.getClass().getSimpleName();
    return switch (change) {
      case Change.OfStep c -> type + " of step " + c.ordinal() + ", attempt " + c.attempt();
      case Change.OfEntry c -> type + " of step " + c.ordinal();
      case Change.SignalTaken c -> type + " of message " + c.number();
      case Change.ChildStarted c -> type + " by step " + c.ordinal();
      case Change.StepProgressed c -> type;
      case Change.StepLogged c -> type;
      case Change.OfRun c -> type;
    };
  }
}
