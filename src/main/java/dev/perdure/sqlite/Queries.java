package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.SqlCode;
import dev.perdure.sqlite.SqlCheck.Use;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Reads by code that is not Perdure's: a few at once, bounded in time, each on a connection of its
 * own that is not used again. Never on the threads and connections on which Perdure itself reads.
 * Thread-safe.
 */
final class Queries implements AutoCloseable {

  private static final int AT_ONCE_MAX = 4;
  private static final long IDLE_SECONDS = 10;

  private final DatabaseFile file;
  private final FailStop failStop;
  private final OwnTables tables;
  private final Duration atMost;
  private final LongSupplier nanos;
  private final AtomicInteger numbers = new AtomicInteger();
  private final ThreadPoolExecutor threads;

  Queries(DatabaseFile file, SqliteOptions options, FailStop failStop, OwnTables tables) {
    this.file = file;
    this.failStop = failStop;
    this.tables = tables;
    this.atMost = options.readMax();
    this.nanos = options.nanos();
    this.threads =
        new ThreadPoolExecutor(
            AT_ONCE_MAX,
            AT_ONCE_MAX,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(options.queuedReadsMax()),
            Thread.ofPlatform().daemon().name("perdure-queries-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Runs code, and waits for it; also when the caller is interrupted. */
  <T> T run(SqlCode<T> code) throws Exception {
    failStop.throwIfFailed();
    var answer = new CompletableFuture<GuardedCode.End<T>>();
    long deadline = nanos.getAsLong() + atMost.toNanos();
    try {
      threads.execute(() -> answer(code, deadline, answer));
    } catch (RejectedExecutionException e) {
      throw threads.isShutdown()
          ? new JournalException.Closed()
          : new JournalException.Overloaded("Too many queries are waiting.");
    }
    return switch (answer.join()) {
      case GuardedCode.End.Returned<T>(var value) -> value;
      case GuardedCode.End.Threw<T>(Exception error) -> throw error;
      case GuardedCode.End.Threw<T>(Error error) -> throw error;
      case GuardedCode.End.Threw<T>(var error) -> throw new IllegalStateException(error);
      case GuardedCode.End.TimedOut<T> _, GuardedCode.End.Stuck<T> _ ->
          throw new JournalException.Overloaded(
              "The query took longer than " + atMost + ", and was ended.");
    };
  }

  /** Lets those under way come to their end, which is near. */
  @Override
  public void close() {
    threads.shutdown();
    boolean interrupted = false;
    while (!threads.isTerminated()) {
      try {
        threads.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> void answer(
      SqlCode<T> code, long deadline, CompletableFuture<GuardedCode.End<T>> answer) {
    try {
      answer.complete(run(code, deadline));
    } catch (SQLException e) {
      answer.complete(new GuardedCode.End.Threw<>(meaning(e)));
    } catch (JournalException.Failed e) {
      answer.complete(new GuardedCode.End.Threw<>(failStop.fail(e)));
    } catch (RuntimeException | Error e) {
      answer.complete(new GuardedCode.End.Threw<>(e));
    }
  }

  private <T> GuardedCode.End<T> run(SqlCode<T> code, long deadline) throws SQLException {
    long left = deadline - nanos.getAsLong();
    if (left <= 0) {
      throw new JournalException.Overloaded("The query has waited for too long.");
    }
    var session = file.openReader();
    try {
      session.execute("BEGIN");
      var check = new SqlCheck(session.connection(), tables);
      check.refresh();
      var name = "perdure-query-" + numbers.incrementAndGet();
      var guarded = new GuardedCode<>(name, session, check, Use.READ, code);
      var end = guarded.run(Duration.ofNanos(left));
      var failure = guarded.failure();
      if (failure != null && SqlErrors.of(failure) == SqlErrors.FATAL) {
        throw failure;
      }
      return end;
    } finally {
      session.discard();
    }
  }

  private JournalException meaning(SQLException e) {
    return SqlErrors.of(e) == SqlErrors.FATAL
        ? failStop.fail(
            new JournalException.Failed("The database can not be read: " + e.getMessage(), e))
        : new JournalException.Overloaded("The database is busy: " + e.getMessage());
  }
}
