package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * A few threads that read, each on its own connection, so that native calls hold up no carrier of
 * virtual threads and a slow read holds up no other. Every read sees one state of the journal and
 * is bounded in time. Thread-safe.
 */
final class ReadPool implements AutoCloseable {

  private static final int LOOKS_PER_BOUND = 20;

  /** What is asked, inside a transaction that only reads. */
  interface Query<T> {
    T run(Session session) throws SQLException;
  }

  private final DatabaseFile file;
  private final FailStop failStop;
  private final LongSupplier nanos;
  private final Duration readMax;
  private final BlockingQueue<Read<?>> queue;
  private final List<Reading> readings;
  private final List<Thread> threads;
  private final Thread watchdog;
  private volatile boolean closed;

  ReadPool(DatabaseFile file, SqliteOptions options, FailStop failStop) {
    this.file = file;
    this.failStop = failStop;
    this.nanos = options.nanos();
    this.readMax = options.readMax();
    this.queue = new ArrayBlockingQueue<>(options.queuedReadsMax());
    this.readings = IntStream.range(0, options.readers()).mapToObj(i -> new Reading()).toList();
    this.threads =
        IntStream.range(0, options.readers())
            .mapToObj(i -> thread("perdure-journal-reader-" + i, () -> serve(readings.get(i))))
            .toList();
    this.watchdog = thread("perdure-journal-watchdog", this::watch);
    threads.forEach(Thread::start);
    watchdog.start();
  }

  /** Asks, and waits for the answer; also when the caller is interrupted. */
  <T> T read(Query<T> query) {
    return read(query, readMax);
  }

  <T> T read(Query<T> query, Duration atMost) {
    failStop.throwIfFailed();
    var read = new Read<>(query, new CompletableFuture<T>(), nanos.getAsLong() + atMost.toNanos());
    if (closed) {
      throw new JournalException.Closed();
    }
    if (!queue.offer(read)) {
      throw new JournalException.Overloaded("Too many reads are waiting.");
    }
    if (closed) {
      refuseQueued();
    }
    try {
      return read.answer().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException known) {
        throw known;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    LockSupport.unpark(watchdog);
    boolean interrupted = false;
    for (var thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    refuseQueued();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Reading reading) {
    while (!closed) {
      try {
        answer(reading, queue.take());
      } catch (InterruptedException e) {
        // Only close() interrupts; the loop looks.
      }
    }
    reading.discard();
  }

  private <T> void answer(Reading reading, Read<T> read) {
    try {
      failStop.throwIfFailed();
      if (nanos.getAsLong() - read.deadline() >= 0) {
        throw new JournalException.Overloaded("The read has waited for too long.");
      }
      read.answer().complete(reading.run(read.query(), read.deadline(), file));
    } catch (SQLException e) {
      reading.discard();
      read.answer().completeExceptionally(meaning(e));
    } catch (RuntimeException | Error e) {
      reading.discard();
      read.answer().completeExceptionally(e);
    }
  }

  private JournalException meaning(SQLException e) {
    return switch (SqlErrors.of(e)) {
      case FATAL ->
          failStop.fail(
              new JournalException.Failed("The database can not be read: " + e.getMessage(), e));
      case INTERRUPTED -> new JournalException.Overloaded("The read took too long.");
      case BUSY, FULL -> new JournalException.Overloaded("The database is busy.");
      case OTHER -> new JournalException.Broken("A read failed: " + e.getMessage(), e);
    };
  }

  private void watch() {
    long pause = Math.max(1_000_000L, readMax.toNanos() / LOOKS_PER_BOUND);
    while (!closed) {
      LockSupport.parkNanos(this, pause);
      long now = nanos.getAsLong();
      readings.forEach(reading -> reading.cancelIfOverdue(now));
    }
  }

  private void refuseQueued() {
    for (var read = queue.poll(); read != null; read = queue.poll()) {
      read.answer().completeExceptionally(new JournalException.Closed());
    }
  }

  private static Thread thread(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name).unstarted(task);
  }

  private record Read<T>(Query<T> query, CompletableFuture<T> answer, long deadline) {}
}
