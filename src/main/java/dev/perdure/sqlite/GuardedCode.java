package dev.perdure.sqlite;

import dev.perdure.journal.SqlCode;
import dev.perdure.journal.SqlConnection;
import dev.perdure.sqlite.SqlCheck.Use;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Code of a workflow on its way through a connection: on a platform thread of its own, because
 * native calls pin the carrier of a virtual one and code may never end, and bounded in time.
 *
 * @param <T> what it answers
 */
final class GuardedCode<T> {

  /** How long a native call may take to notice that it is to end. */
  private static final long EXPEL_MILLIS_MAX = 10_000;

  /** How code has ended. */
  sealed interface End<T> {
    record Returned<T>(T value) implements End<T> {}

    record Threw<T>(Throwable error) implements End<T> {}

    /** Its time is up. It may go on, but can not reach the connection any more. */
    record TimedOut<T>(List<StackTraceElement> stack) implements End<T> {}

    /** It sits in a native call that does not come back. The connection can not be used. */
    record Stuck<T>(List<StackTraceElement> stack) implements End<T> {}
  }

  private final Session session;
  private final Guard guard;
  private final Thread thread;
  private final CompletableFuture<End<T>> end = new CompletableFuture<>();

  GuardedCode(String name, Session session, SqlCheck check, Use use, SqlCode<T> code) {
    this.session = session;
    this.guard = new Guard();
    var connection = GuardedConnection.of(guard, session.connection(), check, use);
    var handle =
        new SqlConnection() {
          @Override
          public <C> C as(Class<C> type) {
            return type.cast(connection);
          }
        };
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(code, handle));
    guard.belongTo(thread);
  }

  /**
   * Runs it, and returns when it has ended or its time is up. After that it can not use the
   * connection, on which nothing is left open. Waits also when interrupted.
   */
  End<T> run(Duration atMost) throws SQLException {
    session.keepGeneratedKeys(true);
    try {
      return runOnThread(atMost);
    } finally {
      session.keepGeneratedKeys(false);
    }
  }

  private End<T> runOnThread(Duration atMost) throws SQLException {
    thread.start();
    var ended = end.completeOnTimeout(overdue(), atMost.toNanos(), TimeUnit.NANOSECONDS).join();
    guard.revoke();
    if (ended instanceof End.TimedOut) {
      ended = new End.TimedOut<>(List.of(thread.getStackTrace()));
      thread.interrupt();
    }
    if (!guard.expel(session, EXPEL_MILLIS_MAX)) {
      session.markStuck();
      return new End.Stuck<>(List.of(thread.getStackTrace()));
    }
    guard.closeAll();
    return ended;
  }

  /** The first error of SQL, whether the code has caught it or not; null when there was none. */
  @Nullable SQLException failure() {
    return guard.failure();
  }

  private static <T> End<T> overdue() {
    return new End.TimedOut<>(List.of());
  }

  private void run(SqlCode<T> code, SqlConnection handle) {
    try {
      end.complete(new End.Returned<>(code.run(handle)));
    } catch (Throwable e) {
      // Whatever it is, it ends this code and nothing else.
      end.complete(new End.Threw<>(e));
    }
  }
}
