package dev.perdure.sqlite;

import java.sql.SQLException;

/**
 * What is in the write-ahead log behind the last commit. When SQLite's memory of the log can not
 * grow, a commit fails that is in the log already, whole and synced: whoever reads the log from its
 * beginning, as the next start does after a kill, finds it.
 */
final class LogTail {

  private LogTail() {}

  /**
   * Writes a transaction that changes nothing where the failed one begins. What is left of that one
   * belongs to no commit any more.
   *
   * @throws SQLException when it is not known what the log holds
   */
  static void writeOver(Session session) throws SQLException {
    session.execute("BEGIN IMMEDIATE");
    session.execute("PRAGMA user_version = " + session.number("PRAGMA user_version"));
    session.execute("COMMIT");
  }
}
