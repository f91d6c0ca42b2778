package dev.perdure.sqlite;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether code may use the connection that it was handed: only its own thread, only until it has
 * ended or its time is up, and only as long as nothing of SQL has failed. Thread-safe.
 */
final class Guard {

  private static final long LOOK_MILLIS = 2;

  /** Something that is done with the connection. */
  interface Call<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  // Guarded by this.
  private @Nullable Thread owner;
  private boolean revoked;
  private boolean inside;
  private @Nullable SQLException failure;
  private final Set<Statement> open = new HashSet<>();

  synchronized void belongTo(Thread thread) {
    owner = thread;
  }

  /** Does something that may take long inside SQLite, if that is still allowed. */
  <T extends @Nullable Object> T call(Call<T> call) throws SQLException {
    enter();
    try {
      return call.run();
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      leave();
    }
  }

  /** Does something that stays in Java, and may run code of the caller. */
  <T extends @Nullable Object> T callInJava(Call<T> call) throws SQLException {
    requireUsable();
    try {
      return call.run();
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** An error: from now on nothing can be done but to roll back. */
  synchronized SQLException failed(SQLException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }

  /** The first error; null when there was none. */
  synchronized @Nullable SQLException failure() {
    return failure;
  }

  synchronized boolean isRevoked() {
    return revoked;
  }

  synchronized void opened(Statement statement) {
    open.add(statement);
  }

  /** Closes a statement; does nothing when it is too late for that. */
  void close(Statement statement) throws SQLException {
    synchronized (this) {
      if (revoked || !Thread.currentThread().equals(owner) || !open.remove(statement)) {
        return;
      }
      inside = true;
    }
    try {
      statement.close();
    } finally {
      leave();
    }
  }

  /** From now on every call fails. One that is inside SQLite goes on. */
  synchronized void revoke() {
    revoked = true;
  }

  /**
   * Ends what is inside SQLite.
   *
   * @return false when it has not come back within that time
   */
  boolean expel(Session session, long millisMax) throws SQLException {
    boolean interrupted = false;
    for (long waited = 0; isInside() && waited < millisMax; waited += LOOK_MILLIS) {
      // Again each time, because SQLite forgets it when nothing is running at the moment.
      session.cancel();
      interrupted |= awaitOutside();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !isInside();
  }

  /** Closes what the code has left open. It must have ended, or have been expelled. */
  void closeAll() throws SQLException {
    List<Statement> left;
    synchronized (this) {
      left = List.copyOf(open);
      open.clear();
    }
    for (var statement : left) {
      statement.close();
    }
  }

  private synchronized boolean isInside() {
    return inside;
  }

  /** Returns whether the caller was interrupted. */
  private synchronized boolean awaitOutside() {
    try {
      if (inside) {
        TimeUnit.MILLISECONDS.timedWait(this, LOOK_MILLIS);
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private synchronized void enter() throws SQLException {
    requireUsable();
    inside = true;
  }

  private synchronized void leave() {
    inside = false;
    notifyAll();
  }

  private synchronized void requireUsable() throws SQLException {
    if (revoked) {
      throw new SQLException(
          "This connection belonged to a transaction that has ended, or whose time was up.");
    }
    if (!Thread.currentThread().equals(owner)) {
      throw failed(
          new SQLException("A connection can only be used by the thread that it was given to."));
    }
    if (failure != null) {
      throw new SQLException(
          "After an error nothing more can be done with this connection; everything is rolled"
              + " back. The error: "
              + failure.getMessage(),
          failure);
    }
  }
}
