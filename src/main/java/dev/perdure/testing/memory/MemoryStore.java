package dev.perdure.testing.memory;

import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What survives a crash, in memory: the journal's twin in plain collections, for tests. Each engine
 * opens it anew, as it would open a file. Thread-safe.
 *
 * <p>It follows the same rules as the journal in a file, except for two things. There is no lock on
 * it: several journals may be open, and when one takes over, those from before fail at their next
 * write, as they would if their lock had been lost. And there is no SQL: tables of workflows are
 * refused, and so is the connection of a transactional step, of which only {@code start} and {@code
 * signal} work.
 */
public final class MemoryStore {

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final MemoryTables tables = new MemoryTables();
  private final MemoryTouched touched = new MemoryTouched();
  private final MemoryCommands commands = new MemoryCommands(tables, touched);

  /** What came of a command: its answer, and what it has changed. */
  record Carried(
      Object answer, long epoch, boolean anything, Set<RunId> runs, Set<RunId> stopped) {}

  /** A journal whose commands are carried out at once, on the thread that hands them over. */
  public MemoryJournal open() {
    return open(Runnable::run);
  }

  /**
   * A journal whose commands are carried out, and answered, on this executor.
   *
   * @param writer one at a time and in order, as a journal is entitled to
   */
  public MemoryJournal open(Executor writer) {
    return open(writer, MemoryThreads.PLATFORM);
  }

  /**
   * The same, with the threads on which transactional steps run.
   *
   * @param writer one at a time and in order, as a journal is entitled to
   */
  public MemoryJournal open(Executor writer, MemoryThreads threads) {
    return new MemoryJournal(this, writer, threads);
  }

  /**
   * Carries out a command as a whole or not at all.
   *
   * @param epoch the one in which the caller owns the store; 0 when it does not yet
   */
  Carried carryOut(Command<?> command, long epoch) {
    return atomically(
        () -> {
          BrokenRuleException.require(
              epoch > 0 || command instanceof Command.TakeOver,
              "The journal has not been taken over yet.");
          return commands.carryOut(command);
        },
        epoch);
  }

  /** Carries out the end of a transactional step with what goes along with it, or none of it. */
  Carried carryOut(Command.Advance end, List<Command<?>> along, long epoch) {
    return atomically(
        () -> {
          var verdict = commands.carryOut(end);
          if (verdict == Command.Verdict.APPLIED) {
            along.forEach(
                command -> MemoryTransactions.requireStored(command, commands.carryOut(command)));
          }
          return verdict;
        },
        epoch);
  }

  private Carried atomically(Supplier<Object> work, long epoch) {
    lock.lock();
    try {
      requireOwner(epoch);
      touched.begin();
      var answer = work.get();
      tables.undo.forget();
      return new Carried(
          answer, tables.owner.epoch(), touched.isAnything(), touched.runs(), touched.stopped());
    } catch (JournalException | NotStoredException e) {
      tables.undo.takeBack();
      throw e;
    } catch (RuntimeException e) {
      tables.undo.takeBack();
      throw new JournalException.Broken(
          "A command broke a rule of the journal: " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private void requireOwner(long epoch) {
    if (epoch > 0 && epoch != tables.owner.epoch()) {
      throw new JournalException.Failed("The journal has another owner.");
    }
  }

  /** Reads what is committed. */
  <T> T read(Function<MemoryTables, T> query) {
    lock.lock();
    try {
      return query.apply(tables);
    } finally {
      lock.unlock();
    }
  }
}
