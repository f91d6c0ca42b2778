package dev.perdure.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;

/** Runs by the thousands, all created at the first second, without steps. */
final class ManyRuns {

  private static final String ADD =
      """
      WITH RECURSIVE series (n) AS (
        SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < %d)
      INSERT INTO runs (run_key, id, version, created_ms, input, workflow, status, reason_code,
        reason, started_ms, finished_ms, output, error)
      SELECT n, unhex(printf('018000007000b000%%016x', n)), 1, %d, '1', %s FROM series
      """;

  private static final String PENDING = "'%s', 'pending', NULL, NULL, NULL, NULL, NULL, NULL";

  private static final String COMPLETED = "'%s', 'completed', NULL, NULL, 0, n, '1', NULL";

  /** Odd ones complete, even ones fail. */
  private static final String IN_TURN =
      """
      iif(n & 1, '%s', '%s'), iif(n & 1, 'completed', 'failed'), iif(n & 1, NULL, 'no'),
        iif(n & 1, NULL, 'No.'), 0, n, iif(n & 1, '1', NULL), iif(n & 1, NULL, '{}')
      """;

  private ManyRuns() {}

  /** Adds pending runs to an empty journal that is closed. */
  static void addPending(Path directory, int count) throws SQLException {
    add(directory, count, PENDING.formatted("ping"));
  }

  /** The same with completed ones, that took 1 ms, 2 ms and so on. */
  static void addCompleted(Path directory, int count) throws SQLException {
    add(directory, count, COMPLETED.formatted("ping"));
  }

  /** The same with those of one workflow that complete, and between them those of one that fail. */
  static void addInTurn(Path directory, int count, String completing, String failing)
      throws SQLException {
    add(directory, count, IN_TURN.formatted(completing, failing));
  }

  private static void add(Path directory, int count, String values) throws SQLException {
    try (var database = new OpenDatabase(directory)) {
      database.execute(ADD.formatted(count, TestJournal.at(1).toEpochMilli(), values));
    }
  }
}
