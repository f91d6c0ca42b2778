package dev.perdure.sqlite;

import dev.perdure.journal.RunId;
import dev.perdure.journal.UnfinishedRun;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what recovery goes through. */
final class RecoveryReads {

  /** Everything about a run at once: asking for each thing on its own made recovery slow. */
  static final String RUNNING =
      """
      SELECT id, generation, waiting_kind, waiting_name, waiting_since_ms, waiting_until_ms,
        ending IS NOT NULL AS is_ending, deadline_ms,
        (SELECT max(s.strikes) FROM steps AS s
          WHERE s.step_key BETWEEN (r.run_key << 20) AND (r.run_key << 20) + 1048575
            AND s.status = 'running' AND s.attempt > 0) AS strikes,
        EXISTS (SELECT 1 FROM inbox AS i INDEXED BY inbox_not_taken
          WHERE i.run_key = r.run_key AND i.taken_by IS NULL) AS has_mail
      FROM runs AS r
      WHERE status = 'running' AND status <> 'completed' AND run_key > ?
      ORDER BY run_key LIMIT ?
      """;

  private RecoveryReads() {}

  static List<UnfinishedRun> running(Session session, int most, @Nullable RunId after)
      throws SQLException {
    long key = after == null ? 0 : RunLists.cursor(session, after, 0);
    return session.list(
        RUNNING,
        row ->
            new UnfinishedRun(
                Columns.id(row, "id"),
                row.getInt("generation"),
                Columns.waitingFor(row),
                row.getBoolean("is_ending"),
                Columns.optionalInstant(row, "deadline_ms"),
                row.getInt("strikes"),
                row.getBoolean("has_mail")),
        key,
        most);
  }
}
