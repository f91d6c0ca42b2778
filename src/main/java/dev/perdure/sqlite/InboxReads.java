package dev.perdure.sqlite;

import dev.perdure.journal.SignalRecord;
import java.sql.SQLException;
import java.util.List;

/** Reads what has come for runs and has not been taken. */
final class InboxReads {

  static final String NOT_TAKEN =
      """
      SELECT number, name, payload, sent_ms FROM inbox INDEXED BY inbox_not_taken
      WHERE run_key = ? AND number > ? AND taken_by IS NULL ORDER BY number
      """;

  private InboxReads() {}

  static List<SignalRecord> notTaken(Session session, long runKey, long after) throws SQLException {
    return session.list(
        NOT_TAKEN,
        row ->
            new SignalRecord(
                row.getLong("number"),
                row.getString("name"),
                row.getString("payload"),
                Columns.instant(row, "sent_ms")),
        runKey,
        after);
  }
}
