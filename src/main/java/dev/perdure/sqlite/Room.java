package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * Sees to it that there is room for what is written next: that the log stays short, can be carried
 * over whatever happens, and that nothing is begun otherwise. Belongs to the writer's thread.
 */
final class Room {

  /** How often it is tried to make room while there is none. */
  private static final long AGAIN_NANOS = 500_000_000L;

  private final Reserve reserve;
  private final Checkpoints checkpoints;
  private final LongSupplier nanos;
  private final int pageBytes;
  private final long logBytesMax;
  private long lastTryNanos;

  Room(DatabaseFile file, Reserve reserve, SqliteOptions options) {
    this.reserve = reserve;
    this.checkpoints =
        new Checkpoints(options.nanos(), file.pageBytes(), file.busyMillis(), reserve.bytes());
    this.nanos = options.nanos();
    this.pageBytes = file.pageBytes();
    this.logBytesMax = options.logBytesMax();
    this.lastTryNanos = nanos.getAsLong() - AGAIN_NANOS;
  }

  /**
   * Before a transaction.
   *
   * @throws JournalException.Full when it is not to be begun
   */
  void require(Session session, FileWatch watch) throws SQLException {
    if (!isThere(session, watch) && !(isTimeToTryAgain() && isMade(session, watch))) {
      throw new JournalException.Full(
          "There is no space left for the journal, or its log could not be carried over any more.");
    }
  }

  private boolean isTimeToTryAgain() {
    long now = nanos.getAsLong();
    if (now - lastTryNanos < AGAIN_NANOS) {
      return false;
    }
    lastTryNanos = now;
    return true;
  }

  private boolean isThere(Session session, FileWatch watch) throws SQLException {
    return reserve.take() && watch.logBytes() <= logBytesMax && canCarryOver(session, watch);
  }

  /** The database may have to grow by as much as the log holds, but mostly has to by less. */
  private boolean canCarryOver(Session session, FileWatch watch) throws SQLException {
    long space = reserve.usable() + reserve.bytes() / 2;
    return watch.logBytes() <= space
        || session.number("PRAGMA page_count") * pageBytes - watch.databaseBytes() <= space;
  }

  private boolean isMade(Session session, FileWatch watch) throws SQLException {
    if (!canCarryOver(session, watch)) {
      reserve.release();
    }
    checkpoints.emptyLog(session);
    watch.wrote(session);
    return isThere(session, watch);
  }

  /** The disk has turned out to be full: what was kept is given to the log. */
  void ranOut(Session session, FileWatch watch) throws SQLException {
    lastTryNanos = nanos.getAsLong();
    reserve.release();
    var _ = isMade(session, watch);
  }

  void afterCommit(Session session, FileWatch watch) throws SQLException {
    if (checkpoints.afterCommit(session, watch.logState(), watch.logBytes())) {
      watch.wrote(session);
    }
  }

  void whenIdle(Session session, FileWatch watch) throws SQLException {
    if (checkpoints.whenIdle(session, watch.logBytes())) {
      watch.wrote(session);
    }
  }

  void last(Session session) throws SQLException {
    checkpoints.last(session);
  }
}
