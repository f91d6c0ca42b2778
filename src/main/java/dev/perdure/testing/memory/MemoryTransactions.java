package dev.perdure.testing.memory;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Transact;
import dev.perdure.journal.Transact.Done;
import dev.perdure.journal.Transact.Result;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the code of transactional steps. Without SQL, its commands are all that there is to undo.
 */
final class MemoryTransactions {

  private final MemoryJournal journal;
  private final MemoryStore store;
  private final MemoryThreads threads;

  MemoryTransactions(MemoryJournal journal, MemoryStore store, MemoryThreads threads) {
    this.journal = journal;
    this.store = store;
    this.threads = threads;
  }

  /** Code under way, and whether its end has been decided: by the code, or by the clock. */
  private record Running(
      Transact transact, CompletableFuture<Result> result, AtomicBoolean decided) {}

  CompletableFuture<Result> begin(Transact transact) {
    var running = new Running(transact, new CompletableFuture<>(), new AtomicBoolean());
    if (!store.read(tables -> isInFlight(tables, transact))) {
      return CompletableFuture.completedFuture(new Result.Refused());
    }
    var thread = threads.start(() -> run(running));
    threads.after(transact.atMost(), () -> timeOut(running, thread));
    return running.result();
  }

  private static boolean isInFlight(MemoryTables tables, Transact transact) {
    var run = tables.run(transact.id());
    return run != null
        && run.isRunning(transact.generation())
        && new MemorySteps(tables).isInFlight(run.key, transact.ordinal(), transact.attempt());
  }

  private void run(Running running) {
    try {
      var done = running.transact().code().run(new NoSql());
      if (running.decided().compareAndSet(false, true)) {
        journal.inTurn(() -> commit(running, done));
      }
    } catch (Throwable e) {
      if (running.decided().compareAndSet(false, true)) {
        running.result().complete(new Result.RolledBack(e));
      }
    }
  }

  private void commit(Running running, Done done) {
    try {
      var verdict = journal.carryOut(end(running.transact(), done), done.commands());
      running
          .result()
          .complete(verdict == Verdict.APPLIED ? new Result.Committed(done) : new Result.Refused());
    } catch (NotStoredException e) {
      running.result().complete(new Result.RolledBack(e));
    } catch (JournalException e) {
      running.result().completeExceptionally(e);
    }
  }

  private static Advance end(Transact transact, Done done) {
    var completed =
        new Change.StepCompleted(transact.ordinal(), transact.attempt(), done.output(), done.at());
    return new Advance(transact.id(), transact.generation(), List.of(completed));
  }

  private static void timeOut(Running running, Thread thread) {
    if (running.decided().compareAndSet(false, true)) {
      var stack = List.of(thread.getStackTrace());
      thread.interrupt();
      running.result().complete(new Result.TimedOut(stack));
    }
  }

  /** Refuses the answers that mean that a command was not stored. */
  static void requireStored(Command<?> command, Object answer) {
    boolean stored =
        answer instanceof Command.StartResult.Started
            || answer instanceof Command.SignalResult.Stored
            || answer instanceof Command.SignalResult.Known;
    if (!stored) {
      throw new NotStoredException(command.getClass().getSimpleName() + ": " + answer);
    }
  }
}
