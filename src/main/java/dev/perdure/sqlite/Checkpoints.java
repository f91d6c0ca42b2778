package dev.perdure.sqlite;

import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * Carries the write-ahead log over into the database. The engine's own job, because SQLite's
 * automatic checkpoint hides its errors. Belongs to the writer's thread.
 */
final class Checkpoints {

  private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());

  /** About 4 MiB: small enough to be quick, and the log is used again from its beginning. */
  private static final long PAGES_DUE = 1_000;

  private static final long LOG_BYTES_ALARM = 64L << 20;
  private static final long IDLE_NANOS = 2_000_000_000L;
  private static final long ALARM_NANOS = 60_000_000_000L;

  /** How much is written between two looks at the length of the log. */
  private static final int COMMITS_UNSEEN_MAX = 8;

  private static final int WORK_UNSEEN_MAX = 100;

  private static final String LOOK = "PRAGMA wal_checkpoint(NOOP)";
  private static final String PASSIVE = "PRAGMA wal_checkpoint(PASSIVE)";
  private static final String TRUNCATE = "PRAGMA wal_checkpoint(TRUNCATE)";

  /** The row that SQLite answers with; -1 stands for "no log". */
  private record Progress(boolean busy, long pages, long carriedOver) {
    long left() {
      return pages - carriedOver;
    }
  }

  private final LongSupplier nanos;
  private final int pageBytes;
  private int commitsUnseen;
  private int workUnseen;
  private boolean dirty;
  private long lastCommitNanos;
  private long lastAlarmNanos;

  Checkpoints(LongSupplier nanos, int pageBytes) {
    this.nanos = nanos;
    this.pageBytes = pageBytes;
    this.lastAlarmNanos = nanos.getAsLong() - ALARM_NANOS;
  }

  /** After a commit and its acknowledgement. */
  void afterCommit(Session session, int work) throws SQLException {
    dirty = true;
    lastCommitNanos = nanos.getAsLong();
    commitsUnseen++;
    workUnseen += work;
    if (commitsUnseen < COMMITS_UNSEEN_MAX && workUnseen < WORK_UNSEEN_MAX) {
      return;
    }
    commitsUnseen = 0;
    workUnseen = 0;
    if (run(session, LOOK).left() >= PAGES_DUE) {
      checkpoint(session);
    }
  }

  /** When there is nothing else to do. */
  void whenIdle(Session session) throws SQLException {
    if (dirty && nanos.getAsLong() - lastCommitNanos >= IDLE_NANOS) {
      checkpoint(session);
    }
  }

  /** At the end; readers are gone. */
  void last(Session session) throws SQLException {
    run(session, TRUNCATE);
  }

  private void checkpoint(Session session) throws SQLException {
    var progress = run(session, PASSIVE);
    dirty = progress.left() > 0;
    lastCommitNanos = nanos.getAsLong();
    if (progress.pages() * pageBytes > LOG_BYTES_ALARM && progress.left() > 0) {
      alarm(progress);
    }
  }

  private void alarm(Progress progress) {
    if (nanos.getAsLong() - lastAlarmNanos < ALARM_NANOS) {
      return;
    }
    lastAlarmNanos = nanos.getAsLong();
    LOG.log(
        System.Logger.Level.WARNING,
        "The write-ahead log has grown to {0} MiB because something keeps reading an old state of"
            + " the database. Look for another program that has it open, and close that.",
        (progress.pages() * pageBytes) >> 20);
  }

  private static Progress run(Session session, String pragma) throws SQLException {
    var progress =
        session.first(
            pragma, row -> new Progress(row.getInt(1) != 0, row.getLong(2), row.getLong(3)));
    if (progress == null || progress.pages() < 0) {
      throw new SQLException("SQLite did not say how the checkpoint went: " + progress);
    }
    return progress;
  }
}
