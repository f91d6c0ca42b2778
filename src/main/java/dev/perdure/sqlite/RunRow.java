package dev.perdure.sqlite;

import dev.perdure.journal.RunRecord;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The rows of {@code runs}, without values. */
final class RunRow {

  static final String COLUMNS =
      """
       id, workflow, version, status, reason_code, reason, waiting_kind, waiting_name,
      waiting_since_ms, waiting_until_ms, failing_step, generation, created_ms, started_ms,
      finished_ms
      """;

  private RunRow() {}

  static RunRecord read(ResultSet row) throws SQLException {
    return new RunRecord(
        Columns.id(row, "id"),
        row.getString("workflow"),
        row.getInt("version"),
        Columns.status(row),
        Columns.reason(row),
        Columns.waitingFor(row),
        row.getString("failing_step"),
        null,
        null,
        null,
        row.getInt("generation"),
        Columns.instant(row, "created_ms"),
        Columns.optionalInstant(row, "started_ms"),
        Columns.optionalInstant(row, "finished_ms"));
  }
}
