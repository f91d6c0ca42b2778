package dev.perdure.sqlite;

import java.sql.SQLException;

/**
 * What SQLite says of its write-ahead log.
 *
 * @param busy whether somebody stood in a checkpoint's way
 * @param pages how many the log holds
 * @param carriedOver how many of these are in the database
 */
record LogState(boolean busy, long pages, long carriedOver) {

  private static final String LOOK = "PRAGMA wal_checkpoint(NOOP)";
  private static final int HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;

  static LogState of(Session session) throws SQLException {
    return after(session, LOOK);
  }

  /** The row that a checkpoint answers with; -1 stands for "no log". */
  static LogState after(Session session, String checkpoint) throws SQLException {
    var state =
        session.first(
            checkpoint, row -> new LogState(row.getInt(1) != 0, row.getLong(2), row.getLong(3)));
    if (state != null && state.pages() >= 0) {
      return state;
    }
    if (state == null || !state.busy() || checkpoint.equals(LOOK)) {
      throw new SQLException("SQLite did not say how the checkpoint went: " + state);
    }
    // Another program is at it right now, so that this one has not even begun.
    var now = of(session);
    return new LogState(true, now.pages(), now.carriedOver());
  }

  long left() {
    return pages - carriedOver;
  }

  /** How long the log's file must be, at the least. */
  long bytes(int pageBytes) {
    return pages == 0 ? 0 : HEADER_BYTES + pages * (FRAME_HEADER_BYTES + pageBytes);
  }
}
