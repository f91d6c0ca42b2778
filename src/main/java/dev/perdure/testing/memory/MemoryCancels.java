package dev.perdure.testing.memory;

import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.CancelRun;
import dev.perdure.journal.Ending;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.memory.MemoryTables.ChildRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Cancels runs together with the children that they wait for. */
final class MemoryCancels {

  /** What has brought the engine down is not to be started again. */
  private static final boolean KEEP_STRIKES = true;

  private final MemoryTables tables;
  private final MemoryTouched touched;
  private final MemoryInbox inbox;
  private final MemoryEntries entries;

  MemoryCancels(MemoryTables tables, MemoryTouched touched, MemoryInbox inbox) {
    this.tables = tables;
    this.touched = touched;
    this.inbox = inbox;
    this.entries = new MemoryEntries(tables);
  }

  /** What one command has come to so far. */
  private static final class Tally {
    final List<RunId> cancelled = new ArrayList<>();
    final List<RunId> ending = new ArrayList<>();
    final List<RunId> unblocked = new ArrayList<>();
    int pending;
  }

  CancelResult cancel(CancelRun command) {
    var run = tables.run(command.run());
    if (run == null) {
      return new CancelResult.NoSuchRun();
    }
    if (run.status.isTerminal()) {
      return new CancelResult.RunEnded(run.status);
    }
    if (run.isFailing() && !isCancellable(run, command)) {
      return new CancelResult.AlreadyEnding(Objects.requireNonNull(run.ending));
    }
    var tally = new Tally();
    for (var generation : family(run, command).reversed()) {
      generation.forEach(member -> cancel(member, command, tally));
    }
    return new CancelResult.Accepted(tally.cancelled, tally.pending, tally.ending, tally.unblocked);
  }

  /** The run and the unfinished runs that it waits for, generation by generation. */
  private List<List<RunRow>> family(RunRow root, CancelRun command) {
    var generations = new ArrayList<List<RunRow>>();
    var next = isCancellable(root, command) ? List.of(root) : List.<RunRow>of();
    while (!next.isEmpty()) {
      generations.add(next);
      next = next.stream().flatMap(run -> childrenOf(run, command)).toList();
    }
    return generations;
  }

  private Stream<RunRow> childrenOf(RunRow run, CancelRun command) {
    return tables.childrenOf(run.key).stream()
        .filter(ChildRow::awaited)
        .flatMap(child -> Stream.ofNullable(tables.run(child.run())))
        .filter(child -> !child.status.isTerminal() && isCancellable(child, command));
  }

  /** One that is ending already goes its way, unless it is stuck on it. */
  private static boolean isCancellable(RunRow run, CancelRun command) {
    return run.ending == null || isOverAtOnce(run, command);
  }

  /** Whether there is nothing to be compensated, or no way to do it. */
  private static boolean isOverAtOnce(RunRow run, CancelRun command) {
    var reason = run.reason;
    return run.status == Status.PENDING
        || (run.status == Status.BLOCKED
            && (run.startedAt == null
                || (reason != null && command.unreplayable().contains(reason.code()))));
  }

  private void cancel(RunRow run, CancelRun command, Tally tally) {
    if (isOverAtOnce(run, command)) {
      cancelAtOnce(run, command, tally);
      touched.addStopped(run.id);
    } else {
      beginToEnd(run, command, tally);
      touched.add(run.id);
    }
  }

  private void cancelAtOnce(RunRow before, CancelRun command, Tally tally) {
    var run = before.copy();
    run.status = Status.CANCELLED;
    run.ending = null;
    run.error = null;
    run.reason = command.cancelled();
    run.finishedAt = MemoryTimes.of(command.at());
    tables.store(run);
    entries.cancelAll(run.key, command.at());
    inbox.childEnded(run);
    tally.cancelled.add(run.id);
    tally.pending += before.status == Status.PENDING ? 1 : 0;
  }

  private void beginToEnd(RunRow before, CancelRun command, Tally tally) {
    var run = before.copy();
    run.ending = Ending.CANCELLED;
    run.reason = command.cancelling();
    if (before.status == Status.BLOCKED || before.waitingFor != null) {
      run.status = Status.RUNNING;
      run.waitingFor = MemoryTimes.slot(command.at());
    }
    tables.store(run);
    if (before.status == Status.BLOCKED) {
      MemoryBlocks.unblockSteps(tables, run.key, command.at(), KEEP_STRIKES);
      tally.unblocked.add(run.id);
    }
    tally.ending.add(run.id);
  }
}
