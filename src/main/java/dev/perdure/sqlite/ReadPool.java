package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * A few connections that read. A platform thread borrows one and reads by itself: handing a read of
 * some microseconds to another thread costs more than the read. A virtual thread hands over to one
 * of a few threads, so that native calls hold up no carrier; and so does whoever finds all
 * connections lent. A slow read holds up no other, as long as there is a connection. Every read
 * sees one state of the journal and is bounded in time. Thread-safe.
 */
final class ReadPool implements AutoCloseable {

  private static final int LOOKS_PER_BOUND = 20;

  /** What is asked, on a connection that only reads. */
  interface Query<T> {
    T run(Session session) throws SQLException;
  }

  private final DatabaseFile file;
  private final FailStop failStop;
  private final LongSupplier nanos;
  private final Duration readMax;
  private final BlockingQueue<Read<?>> queue;
  private final List<Reading> readings;

  /** Those that nobody reads with. */
  private final BlockingQueue<Reading> free;

  private final List<Thread> threads;
  private final Thread watchdog;
  private volatile boolean closed;

  /** Nobody reads any more. */
  private volatile boolean quiet;

  // Guarded by this.
  private int discarded;

  ReadPool(DatabaseFile file, SqliteOptions options, FailStop failStop) {
    this.file = file;
    this.failStop = failStop;
    this.nanos = options.nanos();
    this.readMax = options.readMax();
    this.queue = new ArrayBlockingQueue<>(options.queuedReadsMax());
    this.readings = IntStream.range(0, options.readers()).mapToObj(i -> new Reading()).toList();
    this.free = new ArrayBlockingQueue<>(options.readers(), false, readings);
    this.threads =
        IntStream.range(0, options.readers())
            .mapToObj(i -> thread("perdure-journal-reader-" + i, this::serve))
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
    return ask(inOneTransaction(query), atMost);
  }

  /** The first row of a single statement, which sees one state by itself. */
  <T> Optional<T> first(String sql, Session.RowMapper<T> mapper, Object... values) {
    return ask(session -> Optional.ofNullable(session.first(sql, mapper, values)), readMax);
  }

  private static <T> Query<T> inOneTransaction(Query<T> query) {
    return session -> {
      session.update("BEGIN");
      var answer = query.run(session);
      session.update("COMMIT");
      return answer;
    };
  }

  private <T> T ask(Query<T> query, Duration atMost) {
    failStop.throwIfFailed();
    if (closed) {
      throw new JournalException.Closed();
    }
    long deadline = nanos.getAsLong() + atMost.toNanos();
    var reading = Thread.currentThread().isVirtual() ? null : free.poll();
    return reading == null ? handOver(query, deadline) : readWith(reading, query, deadline);
  }

  private <T> T readWith(Reading reading, Query<T> query, long deadline) {
    try {
      return reading.run(query, deadline, file);
    } catch (SQLException e) {
      reading.discard();
      throw meaning(e);
    } catch (RuntimeException | Error e) {
      reading.discard();
      throw e;
    } finally {
      free.add(reading);
    }
  }

  private <T> T handOver(Query<T> query, long deadline) {
    var read = new Read<>(query, new CompletableFuture<T>(), deadline);
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

  /**
   * Waits for the reads that are under way, whoever reads, as long as they may take. Idempotent.
   */
  @Override
  public synchronized void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    while (!quiet) {
      try {
        discardAll();
        for (var thread : threads) {
          thread.join();
        }
        quiet = true;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    LockSupport.unpark(watchdog);
    refuseQueued();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Called with the lock held. */
  private void discardAll() throws InterruptedException {
    while (discarded < readings.size()) {
      free.take().discard();
      discarded++;
    }
  }

  private void serve() {
    while (!closed) {
      try {
        answer(queue.take());
      } catch (InterruptedException e) {
        // Only close() interrupts; the loop looks.
      }
    }
  }

  private <T> void answer(Read<T> read) {
    try {
      failStop.throwIfFailed();
      var reading = free.take();
      if (nanos.getAsLong() - read.deadline() >= 0) {
        free.add(reading);
        throw new JournalException.Overloaded("The read has waited for too long.");
      }
      read.answer().complete(readWith(reading, read.query(), read.deadline()));
    } catch (InterruptedException e) {
      read.answer().completeExceptionally(new JournalException.Closed());
    } catch (RuntimeException | Error e) {
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
    while (!quiet) {
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
