package dev.perdure.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One connection that reads, and the read that is under way on it. */
final class Reading {

  private static final System.Logger LOG = System.getLogger(Reading.class.getName());

  // Guarded by this.
  private @Nullable Session session;
  private boolean running;
  private long deadline;

  /** Runs a query; for one thread at a time. */
  <T> T run(ReadPool.Query<T> query, long until, DatabaseFile file) throws SQLException {
    var open = open(file);
    begin(until);
    try {
      return query.run(open);
    } finally {
      end();
    }
  }

  /** Ends the query when its time is up. From any thread. */
  synchronized void cancelIfOverdue(long now) {
    if (running && session != null && now - deadline >= 0) {
      try {
        session.cancel();
      } catch (SQLException e) {
        LOG.log(System.Logger.Level.WARNING, "A read that takes too long goes on.", e);
      }
    }
  }

  /** Throws the connection away; the next read opens another. */
  synchronized void discard() {
    if (session != null) {
      session.discard();
      session = null;
    }
  }

  private Session open(DatabaseFile file) throws SQLException {
    synchronized (this) {
      if (session != null) {
        return session;
      }
    }
    var opened = file.openReader();
    synchronized (this) {
      session = opened;
    }
    return opened;
  }

  private synchronized void begin(long until) {
    deadline = until;
    running = true;
  }

  private synchronized void end() {
    running = false;
  }
}
