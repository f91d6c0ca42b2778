package dev.perdure.testing.memory;

import dev.perdure.journal.Command.BlockMissing;
import dev.perdure.journal.Command.Unblock;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Blocks and unblocks many runs at once, when workflows come and go. */
final class MemoryBlocks {

  private final MemoryTables tables;
  private final MemoryTouched touched;

  MemoryBlocks(MemoryTables tables, MemoryTouched touched) {
    this.tables = tables;
    this.touched = touched;
  }

  List<RunId> blockMissing(BlockMissing command) {
    var found =
        tables.runsAlive().stream()
            .filter(run -> run.status == Status.PENDING || run.waitingFor != null)
            .filter(run -> !command.installed().contains(run.workflow))
            .limit(command.limit())
            .toList();
    var blocked = new ArrayList<RunId>();
    for (var before : found) {
      var run = before.copy();
      run.status = Status.BLOCKED;
      run.reason = command.reason();
      run.waitingFor = null;
      tables.store(run);
      touched.addStopped(run.id);
      blocked.add(run.id);
    }
    return List.copyOf(blocked);
  }

  List<RunId> unblock(Unblock command) {
    var found =
        tables
            .runsOf(Status.BLOCKED)
            .filter(run -> run.reason != null && run.reason.code().equals(command.reasonCode()))
            .filter(run -> command.workflows().contains(run.workflow))
            .limit(command.limit())
            .toList();
    var unblocked = new ArrayList<RunId>();
    for (var before : found) {
      var run = before.copy();
      boolean begun = run.startedAt != null;
      run.status = begun ? Status.RUNNING : Status.PENDING;
      run.waitingFor = begun ? MemoryTimes.slot(command.at()) : null;
      run.reason = null;
      tables.store(run);
      touched.add(run.id);
      unblocked.add(run.id);
      unblockSteps(tables, run.key, command.at(), false);
    }
    return List.copyOf(unblocked);
  }

  /** Blocked steps wait for a slot again. */
  static void unblockSteps(MemoryTables tables, long run, Instant at, boolean keepStrikes) {
    for (var before : tables.stepsOf(run)) {
      if (before.status == Status.BLOCKED) {
        var step = before.copy();
        step.status = Status.RUNNING;
        step.reason = null;
        step.waitingFor = MemoryTimes.slot(at);
        step.trial = false;
        step.strikes = keepStrikes ? step.strikes : 0;
        tables.store(step);
      }
    }
  }
}
