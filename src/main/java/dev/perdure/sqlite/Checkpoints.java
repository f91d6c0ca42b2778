package dev.perdure.sqlite;

import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * Carries the write-ahead log over into the database, and keeps its file short. The engine's own
 * job, because SQLite's automatic checkpoint hides its errors. Belongs to the writer's thread.
 */
final class Checkpoints {

  private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

  /** Small enough to be quick, and the log is used again from its beginning. */
  private static final long BYTES_DUE_MAX = 4 << 20;

  /** A longer log is cut off when all of it is carried over. */
  private static final long LOG_BYTES_KEPT = 8 << 20;

  private static final long LOG_BYTES_ALARM = 64L << 20;
  private static final long IDLE_NANOS = 2_000_000_000L;
  private static final long ALARM_NANOS = 60_000_000_000L;

  /** While a reader of an old state stands in the way, it is tried again this often. */
  private static final long AGAIN_NANOS = 1_000_000_000L;

  /** How long a writer waits for readers of old states, so that it can cut off the log. */
  private static final int READERS_MILLIS = 100;

  private static final String PASSIVE = "PRAGMA wal_checkpoint(PASSIVE)";
  private static final String TRUNCATE = "PRAGMA wal_checkpoint(TRUNCATE)";

  private final LongSupplier nanos;
  private final int busyMillis;
  private final long pagesDue;
  private boolean dirty;
  private boolean heldUp;
  private long lastCommitNanos;
  private long lastTryNanos;
  private long lastAlarmNanos;

  /**
   * @param busyMillis how long the connection waits for a lock otherwise
   * @param reserveBytes by how much the database can always grow
   */
  Checkpoints(LongSupplier nanos, int pageBytes, int busyMillis, long reserveBytes) {
    this.nanos = nanos;
    this.busyMillis = busyMillis;
    this.pagesDue = Math.max(1, Math.min(BYTES_DUE_MAX, reserveBytes / 2) / pageBytes);
    this.lastTryNanos = nanos.getAsLong() - AGAIN_NANOS;
    this.lastAlarmNanos = nanos.getAsLong() - ALARM_NANOS;
  }

  /**
   * After a commit and its acknowledgement; says whether anything was carried over.
   *
   * @param log how the commit has left the log
   * @param logBytes the length of its file
   */
  boolean afterCommit(Session session, LogState log, long logBytes) throws SQLException {
    dirty = true;
    lastCommitNanos = nanos.getAsLong();
    boolean isDue = log.left() >= pagesDue && (!heldUp || isTimeToTryAgain());
    return (isDue || isTooLong(logBytes)) && carryOver(session, logBytes);
  }

  /** When there is nothing else to do; says whether anything was carried over. */
  boolean whenIdle(Session session, long logBytes) throws SQLException {
    boolean isDue =
        dirty && nanos.getAsLong() - lastCommitNanos >= IDLE_NANOS && isTimeToTryAgain();
    return (isDue || isTooLong(logBytes)) && carryOver(session, logBytes);
  }

  /** Gives back all the space that the log takes up, as far as readers let it. */
  void emptyLog(Session session) throws SQLException {
    session.execute("PRAGMA busy_timeout = " + READERS_MILLIS);
    try {
      settle(LogState.after(session, TRUNCATE));
    } finally {
      session.execute("PRAGMA busy_timeout = " + busyMillis);
    }
  }

  /** At the end; readers are gone. */
  void last(Session session) throws SQLException {
    var log = LogState.after(session, TRUNCATE);
    if (log.busy()) {
      LOG.log(
          System.Logger.Level.INFO,
          "The log was not carried over at the end, because another program reads it. The next"
              + " start does it.");
    }
  }

  private boolean isTooLong(long logBytes) {
    return logBytes > LOG_BYTES_KEPT && isTimeToTryAgain();
  }

  private boolean isTimeToTryAgain() {
    return nanos.getAsLong() - lastTryNanos >= AGAIN_NANOS;
  }

  private boolean carryOver(Session session, long logBytes) throws SQLException {
    lastTryNanos = nanos.getAsLong();
    settle(LogState.after(session, PASSIVE));
    if (!dirty && logBytes > LOG_BYTES_KEPT) {
      emptyLog(session);
    } else if (dirty && logBytes > LOG_BYTES_ALARM) {
      alarm(logBytes);
    }
    return true;
  }

  private void settle(LogState log) {
    dirty = log.left() > 0;
    heldUp = dirty;
  }

  private void alarm(long logBytes) {
    if (nanos.getAsLong() - lastAlarmNanos < ALARM_NANOS) {
      return;
    }
    lastAlarmNanos = nanos.getAsLong();
    LOG.log(
        System.Logger.Level.WARNING,
        "The write-ahead log has grown to {0} MiB because something keeps reading an old state of"
            + " the database. Look for another program that has it open, and close that.",
        logBytes >> 20);
  }
}
