package dev.perdure.testing.memory;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.Verdict;
import java.util.List;

/** Moves runs forward: decides first, then applies every change or, on a bug, none. */
final class MemoryAdvances {

  private final MemoryTables tables;
  private final MemoryTouched touched;
  private final MemoryRuns runs;
  private final MemorySteps steps;
  private final MemoryEntries entries;
  private final MemoryInbox inbox;
  private final MemoryStarts starts;

  MemoryAdvances(MemoryTables tables, MemoryTouched touched) {
    this.tables = tables;
    this.touched = touched;
    this.inbox = new MemoryInbox(tables, touched);
    this.runs = new MemoryRuns(tables, inbox);
    this.steps = new MemorySteps(tables);
    this.entries = new MemoryEntries(tables);
    this.starts = new MemoryStarts(tables, touched, this);
  }

  MemoryStarts starts() {
    return starts;
  }

  MemoryInbox inbox() {
    return inbox;
  }

  Verdict advance(Advance command) {
    var run = tables.run(command.id());
    if (run == null || !isLawful(run, command.generation(), command.changes())) {
      return Verdict.REFUSED;
    }
    applyAll(run, command.generation(), command.changes());
    touched.add(command.id());
    if (command.changes().stream().anyMatch(MemoryAdvances::isEnd)) {
      touched.addStopped(command.id());
    }
    return Verdict.APPLIED;
  }

  private static boolean isEnd(Change change) {
    return change instanceof Change.RunCompleted
        || change instanceof Change.RunFailed
        || change instanceof Change.RunCancelled
        || change instanceof Change.RunBlocked;
  }

  /** Applies changes to a run that is known to be running. */
  void applyAll(RunRow run, int generation, List<Change> changes) {
    boolean isStopped = false;
    for (var change : changes) {
      boolean isLawful = change.isNote() || !isStopped;
      isStopped |= change.stopsRun();
      BrokenRuleException.require(
          isLawful && apply(run, generation, change),
          "Run " + run.id + ": the stored run or step is not what this starts from: " + change);
    }
  }

  private boolean isLawful(RunRow run, int generation, List<Change> changes) {
    return run.isRunning(generation) && firstMatches(run, changes);
  }

  /** What the command is about is its first change of a step or entry: that one decides. */
  private boolean firstMatches(RunRow run, List<Change> changes) {
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

  private boolean apply(RunRow run, int generation, Change change) {
    long key = run.key;
    return switch (change) {
      case Change.OfStep c -> applyToStep(key, generation, c);
      case Change.OfEntry c -> applyToEntry(key, generation, c);
      case Change.OfRun c -> applyToRun(key, generation, c);
      case Change.SignalTaken c -> inbox.take(key, c);
      case Change.ChildStarted c -> starts.startChild(run, c);
      case Change.StepProgressed c -> {
        steps.progress(key, c);
        yield true;
      }
      case Change.StepLogged c -> {
        steps.log(key, c);
        yield true;
      }
    };
  }

  private boolean applyToStep(long key, int generation, Change.OfStep change) {
    return switch (change) {
      case Change.AttemptStarted c -> steps.start(key, c) && runs.goOn(key, generation);
      case Change.StepCompleted c -> complete(key, generation, c);
      case Change.AttemptFailed c ->
          steps.failAttempt(key, c) && runs.explain(key, generation, c.ordinal(), c.reason());
      case Change.AttemptInterrupted c ->
          steps.interrupt(key, c) && runs.await(key, generation, MemoryTimes.slot(c.at()));
      case Change.StepFailed c ->
          steps.fail(key, c) && runs.explain(key, generation, c.ordinal(), c.reason());
      case Change.StepWaiting c -> steps.await(key, c);
      case Change.StepCancelled c -> {
        runs.retriesNoMore(key, generation, c.ordinal(), null);
        yield steps.cancel(key, c);
      }
      case Change.StepBlocked c ->
          steps.block(key, c) && runs.explain(key, generation, c.ordinal(), c.reason());
    };
  }

  private boolean complete(long key, int generation, Change.StepCompleted c) {
    if (!runs.isRunning(key, generation) || !steps.complete(key, c)) {
      return false;
    }
    if (c.attempt() > 1) {
      runs.recovered(key, generation, c.ordinal());
    }
    return true;
  }

  private boolean applyToEntry(long key, int generation, Change.OfEntry change) {
    return switch (change) {
      case Change.EntryBegun c ->
          entries.begin(key, c) && (c.waitingFor() != null || runs.goOn(key, generation));
      case Change.EntryRecorded c -> entries.record(key, c) && runs.goOn(key, generation);
      case Change.EntryCompleted c -> entries.complete(key, c) && runs.goOn(key, generation);
      case Change.EntryFailed c -> {
        boolean failed = entries.fail(key, c) && runs.goOn(key, generation);
        runs.retriesNoMore(key, generation, c.ordinal(), c.reason());
        yield failed;
      }
    };
  }

  private boolean applyToRun(long key, int generation, Change.OfRun change) {
    return switch (change) {
      case Change.RunWaiting c -> runs.await(key, generation, c.waitingFor());
      case Change.RunEnding c -> runs.ending(key, generation, c);
      case Change.RunCompleted c -> runs.complete(key, generation, c);
      case Change.RunFailed c -> runs.fail(key, generation, c);
      case Change.RunCancelled c -> runs.cancel(key, generation, c);
      case Change.RunBlocked c -> runs.block(key, generation, c.reason());
    };
  }
}
