package dev.perdure.sqlite;

import dev.perdure.journal.RunRecord;
import java.sql.SQLException;

/** The rows of {@code runs}, without values. */
final class RunRow {

  static final String COLUMNS =
      """
       id, workflow, version, status, ending, reason_code, reason, waiting_kind, waiting_name,
      waiting_since_ms, waiting_until_ms, failing_step, generation, created_ms, started_ms,
      deadline_ms, finished_ms,
      (SELECT p.id FROM runs AS p WHERE p.run_key = runs.parent_step_key >> 20) AS parent_id
      """;

  private RunRow() {}

  static RunRecord read(Row row) throws SQLException {
    return new RunRecord(
        Columns.id(row, "id"),
        row.getString("workflow"),
        row.getInt("version"),
        Columns.status(row),
        Columns.reason(row),
        Columns.waitingFor(row),
        row.getString("failing_step"),
        Columns.ending(row),
        Columns.optionalInstant(row, "deadline_ms"),
        Columns.optionalId(row, "parent_id"),
        row.getInt("generation"),
        Columns.instant(row, "created_ms"),
        Columns.optionalInstant(row, "started_ms"),
        Columns.optionalInstant(row, "finished_ms"));
  }
}
