package dev.perdure.testing.memory;

import dev.perdure.journal.Change;
import dev.perdure.journal.Reason;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The transitions of a run itself. Each answers whether it was running, in this generation. */
final class MemoryRuns {

  private final MemoryTables tables;
  private final MemoryInbox inbox;
  private final MemoryEntries entries;

  MemoryRuns(MemoryTables tables, MemoryInbox inbox) {
    this.tables = tables;
    this.inbox = inbox;
    this.entries = new MemoryEntries(tables);
  }

  boolean isRunning(long key, int generation) {
    return running(key, generation) != null;
  }

  /**
   * Nothing of it is open then. One that is ending may do so only if that was a cancellation, which
   * came too late.
   */
  boolean complete(long key, int generation, Change.RunCompleted c) {
    return !isFailing(key)
        && !entries.anyOpen(key)
        && update(
            key,
            generation,
            run -> {
              end(run, Status.COMPLETED, c.at());
              run.output = c.output();
              run.reason = null;
              run.failingStep = null;
            });
  }

  boolean fail(long key, int generation, Change.RunFailed c) {
    return update(
            key,
            generation,
            run -> {
              end(run, Status.FAILED, c.at());
              run.error = c.error();
              run.reason = c.reason();
              run.failingStep = c.failingStep();
            })
        && cancelEntries(key, c.at());
  }

  boolean cancel(long key, int generation, Change.RunCancelled c) {
    return !isFailing(key)
        && update(
            key,
            generation,
            run -> {
              end(run, Status.CANCELLED, c.at());
              run.reason = c.reason();
            })
        && cancelEntries(key, c.at());
  }

  /** The first way of ending stays. */
  boolean ending(long key, int generation, Change.RunEnding c) {
    return update(
        key,
        generation,
        run -> {
          if (run.ending == null) {
            run.ending = c.ending();
            run.error = c.error();
            run.reason = c.reason();
            run.failingStep = c.failingStep();
          }
        });
  }

  boolean block(long key, int generation, Reason reason) {
    return update(
        key,
        generation,
        run -> {
          run.status = Status.BLOCKED;
          run.reason = reason;
          run.waitingFor = null;
        });
  }

  boolean await(long key, int generation, WaitingFor waiting) {
    return update(key, generation, run -> run.waitingFor = MemoryTimes.of(waiting));
  }

  boolean goOn(long key, int generation) {
    return update(key, generation, run -> run.waitingFor = null);
  }

  /** Says which step is at fault, and why; a run that is ending has said why. */
  boolean explain(long key, int generation, int ordinal, Reason reason) {
    var name = nameOf(key, ordinal);
    return update(
        key,
        generation,
        run -> {
          if (run.ending == null) {
            run.reason = reason;
            run.failingStep = name;
          }
        });
  }

  /** The step is at fault no longer. Does nothing when another one is, or the run is ending. */
  void recovered(long key, int generation, int ordinal) {
    var run = blaming(key, generation, ordinal);
    if (run != null) {
      blame(run, null);
    }
  }

  /** The step is not going to be tried again. Does nothing unless the run speaks of that. */
  void retriesNoMore(long key, int generation, int ordinal, @Nullable Reason reason) {
    var run = blaming(key, generation, ordinal);
    if (run != null && run.reason != null && run.reason.code().equals("retrying")) {
      blame(run, reason);
    }
  }

  private void blame(RunRow before, @Nullable Reason reason) {
    var run = before.copy();
    run.reason = reason;
    run.failingStep = reason == null ? null : run.failingStep;
    tables.store(run);
  }

  /** The run, if it is not ending and this step is the one at fault. */
  private @Nullable RunRow blaming(long key, int generation, int ordinal) {
    var name = nameOf(key, ordinal);
    var run = running(key, generation);
    return run != null && run.ending == null && name != null && name.equals(run.failingStep)
        ? run
        : null;
  }

  private @Nullable String nameOf(long key, int ordinal) {
    var step = tables.steps.get(new StepKey(key, ordinal));
    return step == null ? null : step.place.name();
  }

  private boolean update(long key, int generation, Consumer<RunRow> change) {
    var before = running(key, generation);
    if (before == null) {
      return false;
    }
    var next = before.copy();
    change.accept(next);
    tables.store(next);
    if (next.status.isTerminal()) {
      inbox.childEnded(next);
    }
    return true;
  }

  private static void end(RunRow run, Status status, Instant at) {
    run.status = status;
    run.finishedAt = MemoryTimes.of(at);
    run.waitingFor = null;
    run.ending = null;
  }

  private boolean isFailing(long key) {
    var run = tables.run(key);
    return run != null && run.isFailing();
  }

  private boolean cancelEntries(long key, Instant at) {
    entries.cancelAll(key, at);
    return true;
  }

  private @Nullable RunRow running(long key, int generation) {
    var run = tables.run(key);
    return run != null && run.isRunning(generation) ? run : null;
  }
}
