package dev.perdure.sqlite;

import dev.perdure.journal.RunId;
import dev.perdure.journal.SignalRecord;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads what has come for runs and has not been taken. */
final class InboxReads {

  static final String NOT_TAKEN =
      """
      SELECT number, name, payload, sent_ms FROM inbox INDEXED BY inbox_not_taken
      WHERE run_key = ? AND number > ? AND taken_by IS NULL ORDER BY number
      """;

  static final String WITH_MAIL =
      """
      SELECT r.id AS id FROM json_each(?) AS j CROSS JOIN runs AS r ON r.id = unhex(j.value)
      WHERE EXISTS (
        SELECT 1 FROM inbox INDEXED BY inbox_not_taken
        WHERE inbox.run_key = r.run_key AND taken_by IS NULL)
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

  static Set<RunId> withMail(Session session, List<RunId> runs) throws SQLException {
    return new LinkedHashSet<>(
        session.list(WITH_MAIL, row -> Columns.id(row, "id"), Columns.ofIds(runs)));
  }
}
