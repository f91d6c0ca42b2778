package dev.perdure.testing.memory;

import dev.perdure.journal.Command;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.Commits;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.Statistics;
import dev.perdure.journal.Transact;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A journal in memory, as one engine sees it from its start to its end or crash. What it holds is
 * in the {@link MemoryStore} and stays there for the next one. Thread-safe.
 */
public final class MemoryJournal implements Journal {

  private final MemoryStore store;
  private final Executor writer;
  private final MemoryCommits commits = new MemoryCommits();
  private final MemoryReader reader;
  private final MemoryStatistics statistics;
  private final MemoryTransactions transactions;

  // Guarded by this.
  private final List<Consumer<JournalException.Failed>> listeners = new ArrayList<>();
  private long epoch;
  private boolean closed;
  private JournalException.@Nullable Failed failure;

  MemoryJournal(MemoryStore store, Executor writer, MemoryThreads threads) {
    this.store = store;
    this.writer = writer;
    this.reader = new MemoryReader(store, this::requireOpen);
    this.statistics = new MemoryStatistics(store, this::requireOpen);
    this.transactions = new MemoryTransactions(this, store, threads);
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    var future = new CompletableFuture<R>();
    try {
      requireOpen();
      writer.execute(() -> carryOut(command, future));
    } catch (JournalException e) {
      future.completeExceptionally(e);
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(new JournalException.Closed());
    }
    return future;
  }

  /** A command's type says what it answers; the switch over all commands can not express that. */
  @SuppressWarnings("unchecked")
  private <R> void carryOut(Command<R> command, CompletableFuture<R> future) {
    R answer;
    try {
      answer = (R) carryOut(command);
    } catch (JournalException e) {
      future.completeExceptionally(e);
      return;
    }
    future.complete(answer);
  }

  private Object carryOut(Command<?> command) {
    return noted(() -> {
      var carried = store.carryOut(command, epoch());
      if (command instanceof Command.TakeOver) {
        own(carried.epoch());
      }
      return carried;
    });
  }

  /** The end of a transactional step with what goes along with it. */
  Verdict carryOut(Command.Advance end, List<Command<?>> along) {
    return (Verdict) noted(() -> store.carryOut(end, along, epoch()));
  }

  /** Does something when it is its turn among the commands. */
  void inTurn(Runnable write) {
    writer.execute(write);
  }

  private Object noted(Supplier<MemoryStore.Carried> write) {
    try {
      requireOpen();
      var carried = write.get();
      if (carried.anything()) {
        commits.committed(carried.runs(), carried.stopped());
      }
      return carried.answer();
    } catch (JournalException.Failed e) {
      fail(e);
      throw e;
    }
  }

  /**
   * Runs the code on a thread of its own. There is no SQL here: its connection throws {@link
   * UnsupportedOperationException}, and what is committed are its commands and the step's end.
   */
  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    return transactions.begin(transact);
  }

  @Override
  public JournalReader reader() {
    return reader;
  }

  @Override
  public Statistics statistics() {
    return statistics;
  }

  @Override
  public Commits commits() {
    return commits;
  }

  @Override
  public void onFailure(Consumer<JournalException.Failed> listener) {
    JournalException.Failed before;
    synchronized (this) {
      listeners.add(listener);
      before = failure;
    }
    if (before != null) {
      listener.accept(before);
    }
  }

  /** The store stays as it is. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    commits.close();
  }

  private void fail(JournalException.Failed why) {
    List<Consumer<JournalException.Failed>> told;
    synchronized (this) {
      if (failure != null) {
        return;
      }
      failure = why;
      told = List.copyOf(listeners);
    }
    commits.close();
    told.forEach(listener -> listener.accept(why));
  }

  synchronized void requireOpen() {
    if (failure != null) {
      throw failure;
    }
    if (closed) {
      throw new JournalException.Closed();
    }
  }

  private synchronized long epoch() {
    return epoch;
  }

  private synchronized void own(long taken) {
    epoch = taken;
  }
}
