package dev.perdure.testing.memory;

import dev.perdure.journal.Command.BeginShutdown;
import dev.perdure.journal.Command.ClearStrikes;
import dev.perdure.journal.Command.TakeOver;
import dev.perdure.journal.Command.TakenOver;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRef;
import dev.perdure.testing.memory.MemoryTables.OwnerRow;
import java.util.Set;
import java.util.function.Consumer;

/** Who owns the journal, and what the owner before left behind. */
final class MemoryOwner {

  private final MemoryTables tables;
  private final MemoryTouched touched;
  private final MemorySteps steps;

  MemoryOwner(MemoryTables tables, MemoryTouched touched) {
    this.tables = tables;
    this.touched = touched;
    this.steps = new MemorySteps(tables);
  }

  TakenOver takeOver(TakeOver command) {
    var before = tables.owner;
    boolean cleanEnd = before.shutdownBegan() || before.epoch() == 0;
    int interrupted = 0;
    for (var run : tables.runsOf(Status.RUNNING).toList()) {
      interrupted += interrupt(run, command, !cleanEnd);
      park(run, command);
    }
    tables.setOwner(new OwnerRow(before.epoch() + 1, false));
    touched.addOther();
    return new TakenOver(tables.owner.epoch(), cleanEnd, interrupted);
  }

  private int interrupt(RunRow run, TakeOver command, boolean strike) {
    int interrupted = 0;
    for (var step : tables.stepsOf(run.key)) {
      if (step.isInFlight()) {
        steps.cutOff(step.copy(), strike, command.at());
        interrupted++;
      }
    }
    return interrupted;
  }

  private void park(RunRow before, TakeOver command) {
    if (before.waitingFor == null) {
      var run = before.copy();
      run.waitingFor = MemoryTimes.slot(command.at());
      tables.store(run);
    }
  }

  Verdict beginShutdown(BeginShutdown command) {
    tables.setOwner(new OwnerRow(tables.owner.epoch(), true));
    update(
        command.exitCallers(),
        step -> {
          if (step.isInFlight()) {
            step.exitCalled = true;
          }
        });
    return Verdict.APPLIED;
  }

  Verdict clearStrikes(ClearStrikes command) {
    command.steps().forEach(step -> touched.add(step.run()));
    update(
        command.steps(),
        step -> {
          if (step.status == Status.RUNNING) {
            step.strikes = 0;
            step.trial = false;
          }
        });
    return Verdict.APPLIED;
  }

  private void update(Set<StepRef> which, Consumer<StepRow> change) {
    which.forEach(ref -> {
      var run = tables.run(ref.run());
      var before = run == null ? null : tables.steps.get(new StepKey(run.key, ref.ordinal()));
      if (before != null) {
        var step = before.copy();
        change.accept(step);
        tables.store(step);
      }
    });
  }
}
