package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. What has been queued while a commit was under way goes into the next
 * transaction together, and is acknowledged together when that is durable.
 */
final class Writer implements Runnable {

  /** How late it is noticed, when there is nothing to write, that the files were tampered with. */
  private static final long IDLE_NANOS = Duration.ofMillis(200).toNanos();

  private final WriterConnection connection;
  private final WorkQueue queue;
  private final int batchMax;
  private final Acks acks;
  private final RunWatchers watchers;
  private final FailStop failStop;
  private final Seams seams;
  private final ReentrantLock writing = new ReentrantLock();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("perdure-journal-writer").unstarted(this);
  private volatile boolean closing;
  private volatile boolean ended;

  Writer(
      WriterConnection connection,
      SqliteOptions options,
      Acks acks,
      RunWatchers watchers,
      FailStop failStop,
      Seams seams) {
    this.connection = connection;
    this.queue = new WorkQueue(options.queuedMax(), options.queuedBytesMax());
    this.batchMax = options.batchMax();
    this.acks = acks;
    this.watchers = watchers;
    this.failStop = failStop;
    this.seams = seams;
  }

  void start() {
    thread.start();
  }

  /**
   * @param weight about how much memory it takes up while it waits
   */
  <R> CompletableFuture<R> submit(Work.Task<R> task, long weight) {
    return submit(new Work<>(task, weight));
  }

  /** Work that gets a transaction of its own. */
  <R> CompletableFuture<R> submitSolo(Solo<R> solo, long weight) {
    return submit(new Work<>(solo, weight));
  }

  private <R> CompletableFuture<R> submit(Work<R> work) {
    if (closing) {
      work.refuse(refusal());
    } else if (!queue.offer(work)) {
      work.refuse(new JournalException.Overloaded("Too many or too long writes are waiting."));
    } else if (ended) {
      refuseQueued();
    }
    return work.future();
  }

  /**
   * To be asked before anything is closed.
   *
   * @throws IllegalStateException when called by what the writer tells, which would wait for itself
   */
  void requireAnotherThread() {
    if (Thread.currentThread().equals(thread)) {
      throw new IllegalStateException("What hangs on a future of the journal can not close it.");
    }
  }

  /** Carries out what has been queued, then ends. Waits for that, also when interrupted. */
  void close() {
    closing = true;
    queue.wake();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      while (failStop.failure() == null && !(closing && queue.isEmpty())) {
        turn();
      }
    } catch (Throwable e) {
      failStop.fail(ended(e));
    } finally {
      closing = true;
      ended = true;
      refuseQueued();
    }
  }

  private static JournalException.Failed ended(Throwable e) {
    return new JournalException.Failed("The journal's writer has ended: " + e, e);
  }

  private void turn() {
    var batch = queue.take(batchMax, closing ? 0 : IDLE_NANOS);
    writing.lock();
    try {
      if (batch.isEmpty()) {
        connection.idle();
      } else {
        carryOutParts(batch);
      }
    } catch (JournalException.Failed e) {
      refuse(batch, failStop.fail(e));
    } catch (RuntimeException | Error e) {
      // Whoever waits for what was in hand must hear of it, like those behind.
      refuse(batch, failStop.fail(ended(e)));
    } finally {
      writing.unlock();
    }
  }

  /**
   * Work that needs a transaction of its own ends the one before it. While another program holds
   * the lock only the first waits for it, so that nobody is refused later than after two such
   * waits.
   */
  private void carryOutParts(List<Work<?>> batch) {
    int from = 0;
    while (from < batch.size()) {
      int to = from + 1;
      while (!batch.get(from).isSolo() && to < batch.size() && !batch.get(to).isSolo()) {
        to++;
      }
      var locked = carryOut(batch.subList(from, to));
      if (locked != null) {
        refuse(batch.subList(to, batch.size()), locked);
        return;
      }
      connection.afterCommit();
      from = to;
    }
  }

  /** Answers the refusal if it is for the lock; null when whatever is behind may be tried. */
  private JournalException.@Nullable Overloaded carryOut(List<Work<?>> batch) {
    switch (transact(batch)) {
      case Outcome.Durable(Touched touched) -> acknowledge(batch, touched);
      case Outcome.Undone _ -> acks.execute(() -> batch.forEach(Work::acknowledge));
      case Outcome.Refused(JournalException why) -> {
        refuse(batch, why);
        return why instanceof JournalException.Overloaded locked ? locked : null;
      }
      case Outcome.Guilty(Exception cause) -> {
        return isolate(batch, cause);
      }
    }
    return null;
  }

  /** One of them breaks a rule: each gets a transaction of its own, so that only that one fails. */
  private JournalException.@Nullable Overloaded isolate(List<Work<?>> batch, Exception cause) {
    if (batch.size() == 1) {
      var why = "A command broke a rule of the journal: " + cause.getMessage();
      refuse(batch, new JournalException.Broken(why, cause));
      return null;
    }
    for (int i = 0; i < batch.size(); i++) {
      var locked = carryOut(List.of(batch.get(i)));
      if (locked != null) {
        refuse(batch.subList(i + 1, batch.size()), locked);
        return locked;
      }
    }
    return null;
  }

  private Outcome transact(List<Work<?>> batch) {
    try {
      connection.begin();
      for (var work : batch) {
        if (!connection.carryOut(work)) {
          connection.rollBack();
          return new Outcome.Undone();
        }
      }
      if (seams.acknowledgesEarly()) {
        batch.forEach(Work::acknowledge);
      }
      return new Outcome.Durable(connection.commit(batch.size()));
    } catch (SQLException e) {
      if (connection.isUncommittable(e) && batch.getFirst().isSolo()) {
        batch.getFirst().undo(e);
        connection.rollBack();
        return new Outcome.Undone();
      }
      return connection.recoverFrom(e);
    } catch (JournalException.Full e) {
      return new Outcome.Refused(e);
    } catch (LostOwnershipException e) {
      throw new JournalException.Failed("The journal has another owner.", e);
    } catch (JournalException e) {
      throw e;
    } catch (RuntimeException e) {
      connection.rollBack();
      return new Outcome.Guilty(e);
    }
  }

  private void acknowledge(List<Work<?>> batch, Touched touched) {
    seams.committed(batch.size());
    if (touched.isAnything()) {
      watchers.committed(touched.runs());
    }
    Runnable tell = () -> batch.forEach(Work::acknowledge);
    if (queue.isEmpty()) {
      acks.executeHere(tell);
    } else {
      acks.execute(tell);
    }
  }

  private void refuse(List<Work<?>> batch, JournalException why) {
    if (!batch.isEmpty()) {
      acks.execute(() -> batch.forEach(work -> work.refuse(why)));
    }
  }

  private void refuseQueued() {
    for (var left = queue.take(batchMax, 0); !left.isEmpty(); left = queue.take(batchMax, 0)) {
      refuse(left, refusal());
    }
  }

  private JournalException refusal() {
    var failed = failStop.failure();
    return failed == null ? new JournalException.Closed() : failed;
  }

  /** How a transaction has ended. */
  sealed interface Outcome {
    record Durable(Touched touched) implements Outcome {}

    /** Nothing is stored, as the work itself wanted; it has its answer. */
    record Undone() implements Outcome {}

    /** Nothing is stored, and none of the commands is to blame. */
    record Refused(JournalException why) implements Outcome {}

    /** Nothing is stored, because of one of the commands. */
    record Guilty(Exception cause) implements Outcome {}
  }
}
