package dev.perdure.testing.memory;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.memory.MemoryTables.ChildRow;
import dev.perdure.testing.memory.MemoryTables.ClientKey;
import dev.perdure.testing.memory.MemoryTables.KeyRow;
import dev.perdure.testing.memory.MemoryTables.Slot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores new runs and lets pending ones begin. */
final class MemoryStarts {

  private final MemoryTables tables;
  private final MemoryTouched touched;
  private final MemoryAdvances advances;

  MemoryStarts(MemoryTables tables, MemoryTouched touched, MemoryAdvances advances) {
    this.tables = tables;
    this.touched = touched;
    this.advances = advances;
  }

  StartResult start(StartRun command) {
    var known = answered(command);
    if (known != null) {
      return known;
    }
    var run = insert(command, null, null);
    if (command.running()) {
      advances.applyAll(run, 0, command.changes());
    }
    return new StartResult.Started(command.id());
  }

  /** A child of a run, pending, behind the entry that asked for it. */
  boolean startChild(RunRow parent, Change.ChildStarted c) {
    BrokenRuleException.require(
        !c.run().running() && c.run().key() == null && c.run().slot() == null,
        "Run " + c.run().id() + ": a child is stored pending, without key and slot.");
    var key = new StepKey(parent.key, c.ordinal());
    if (tables.steps.get(key) == null) {
      return false;
    }
    var run = insert(c.run(), key, parent.id);
    tables.children.insert(key, new ChildRow(run.key, run.id, c.awaited()));
    return true;
  }

  List<RunId> admit(AdmitRuns command) {
    var admitted = new ArrayList<RunId>();
    for (var before : tables.runsOf(Status.PENDING).limit(command.limit()).toList()) {
      var run = before.copy();
      run.status = Status.RUNNING;
      run.startedAt = MemoryTimes.of(command.at());
      tables.store(run);
      touched.add(run.id);
      admitted.add(run.id);
    }
    return List.copyOf(admitted);
  }

  private RunRow insert(StartRun command, @Nullable StepKey parent, @Nullable RunId parentId) {
    var run = new RunRow(tables.newestKey() + 1, command, parent, parentId);
    tables.insert(run);
    var key = command.key();
    if (key != null) {
      tables.keys.insert(
          new ClientKey(run.workflow, key.key()), new KeyRow(run.id, key.inputDigest()));
    }
    var slot = command.slot();
    if (slot != null) {
      tables.slots.insert(new Slot(run.workflow, MemoryTimes.of(slot)), run.id);
    }
    touched.add(run.id);
    return run;
  }

  private @Nullable StartResult answered(StartRun command) {
    var byKey = answeredByKey(command);
    var slot = command.slot();
    if (byKey != null || slot == null) {
      return byKey;
    }
    var taken = tables.slots.get(new Slot(command.workflow(), MemoryTimes.of(slot)));
    return taken == null ? null : new StartResult.SlotTaken(taken);
  }

  private @Nullable StartResult answeredByKey(StartRun command) {
    var key = command.key();
    if (key == null) {
      return null;
    }
    var known = tables.keys.get(new ClientKey(command.workflow(), key.key()));
    if (known == null) {
      return null;
    }
    return known.inputDigest().equals(key.inputDigest())
        ? new StartResult.Existing(known.run())
        : new StartResult.KeyReused(known.run());
  }
}
