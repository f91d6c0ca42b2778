package dev.perdure.sqlite;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What an error of SQLite means for the journal. */
enum SqlErrors {
  /** No space left. */
  FULL,
  /** Another process holds the lock. */
  BUSY,
  /** Cancelled by the watchdog. */
  INTERRUPTED,
  /** The storage or the file can not be trusted. */
  FATAL,
  /** Anything else: a constraint, a bug. */
  OTHER;

  /** Whether it says something of the storage, whosever statement it was. */
  boolean isOfStorage() {
    return this == FULL || this == FATAL;
  }

  /** The class of an error; the driver reports SQLite's primary result code. */
  static SqlErrors of(SQLException e) {
    if (isMemoryThatCanNotGrow(e)) {
      return FULL;
    }
    return switch (SQLiteErrorCode.getErrorCode(e.getErrorCode())) {
      case SQLITE_FULL -> FULL;
      case SQLITE_BUSY, SQLITE_LOCKED -> BUSY;
      case SQLITE_INTERRUPT -> INTERRUPTED;
      case SQLITE_IOERR,
          SQLITE_CORRUPT,
          SQLITE_NOTADB,
          SQLITE_CANTOPEN,
          SQLITE_READONLY,
          SQLITE_PROTOCOL ->
          FATAL;
      default -> OTHER;
    };
  }

  /**
   * On a full disk SQLite can not make its shared memory longer, and calls that an I/O error.
   * Nothing of value is in that memory; but a commit that fails for it is in the log.
   */
  static boolean isMemoryThatCanNotGrow(SQLException e) {
    return e instanceof SQLiteException known
        && known.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE;
  }

  /** Whether a constraint has not held. */
  static boolean isConstraint(SQLException e) {
    return SQLiteErrorCode.getErrorCode(e.getErrorCode()) == SQLiteErrorCode.SQLITE_CONSTRAINT;
  }
}
