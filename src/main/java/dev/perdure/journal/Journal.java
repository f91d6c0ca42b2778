package dev.perdure.journal;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The durable record of runs, steps and attempts, and the one interface through which the engine
 * writes. Thread-safe.
 *
 * <p>Commands are carried out in the order in which they were submitted. A command's future
 * completes when it is durable, never before; commands that arrive while others are being committed
 * go into the next transaction together.
 *
 * <p>A future that fails, fails with a {@link JournalException}: {@link JournalException.Full},
 * {@link JournalException.Overloaded}, {@link JournalException.Closed} and {@link
 * JournalException.Broken} mean that nothing was stored, {@link JournalException.Failed} that it is
 * unknown.
 */
public interface Journal extends AutoCloseable {

  /** Hands over a command. Does not block. */
  <R> CompletableFuture<R> submit(Command<R> command);

  /**
   * Runs code inside a transaction that has the writer to itself, and commits what it did together
   * with the completion of a step. Commands submitted meanwhile wait. Does not block.
   */
  CompletableFuture<Transact.Result> transact(Transact transact);

  JournalReader reader();

  Statistics statistics();

  Commits commits();

  /** Calls back once, on a thread of the journal, when it has {@link JournalException.Failed}. */
  void onFailure(Consumer<JournalException.Failed> listener);

  /** Carries out what was submitted, then lets go of everything. Idempotent. */
  @Override
  void close();
}
