package dev.perdure.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Copies the runs of a database, with their steps, until there are so many: what the engine itself
 * has written, under other keys and ids, and due one after the other. A run that only holds up
 * others is deleted.
 */
final class Multiply {

  /** Runs in one transaction. */
  private static final int CHUNK = 50_000;

  /** Ids lie in the past, a hundred to a millisecond. */
  private static final long ID_FROM_MS = 1_735_689_600_000L;

  private static final String STEPS_OF = "step_key BETWEEN (%1$d << 20) AND (%1$d << 20) + 1048575";

  private final Statement statement;

  private Multiply(Statement statement) {
    this.statement = statement;
  }

  static void in(Path file, int count) throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      // It is filled once, and thrown away when that fails.
      statement.execute("PRAGMA synchronous = OFF");
      new Multiply(statement).copyAll(count);
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    // Else the system would still be writing it while something is measured.
    try (var written = FileChannel.open(file, StandardOpenOption.WRITE)) {
      written.force(true);
    }
  }

  private void copyAll(int count) throws SQLException {
    var held = numbers("SELECT run_key FROM runs WHERE workflow = '" + BenchWorkflows.NEVER + "'");
    for (long run : held) {
      statement.execute("DELETE FROM steps WHERE " + STEPS_OF.formatted(run));
      statement.execute("DELETE FROM runs WHERE run_key = " + run);
    }
    var templates = numbers("SELECT run_key FROM runs ORDER BY run_key");
    int each = count / templates.size();
    long nextKey = templates.getLast() + 1;
    for (long template : templates) {
      copy(template, nextKey, each - 1);
      nextKey += each - 1;
    }
  }

  private void copy(long template, long firstKey, int count) throws SQLException {
    var runs = columns("runs");
    var steps = columns("steps");
    for (int from = 0; from < count; from += CHUNK) {
      long first = firstKey + from;
      long last = firstKey + Math.min(count, from + CHUNK) - 1;
      statement.execute("BEGIN");
      statement.execute(
          copy(
              "runs",
              runs,
              "run_key = " + template,
              Map.of("run_key", "n", "id", id(), "waiting_until_ms", "waiting_until_ms + n"),
              first,
              last));
      statement.execute(
          copy(
              "steps",
              steps,
              STEPS_OF.formatted(template),
              Map.of(
                  "step_key",
                  "(n << 20) + (step_key & 1048575)",
                  "waiting_until_ms",
                  "waiting_until_ms + n",
                  "next_due_ms",
                  "next_due_ms + n"),
              first,
              last));
      statement.execute("COMMIT");
    }
  }

  /** The id of run n: of version 7, and rising with it. */
  private static String id() {
    return "unhex(printf('%012x7000b000%012x', " + ID_FROM_MS + " + n / 100, n))";
  }

  private static String copy(
      String table,
      List<String> columns,
      String condition,
      Map<String, String> replaced,
      long first,
      long last) {
    var values = columns.stream().map(column -> replaced.getOrDefault(column, column)).toList();
    return """
    WITH RECURSIVE series (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM series WHERE n < %d)
    INSERT INTO %s (%s) SELECT %s FROM series CROSS JOIN %s WHERE %s
    """
        .formatted(
            first,
            last,
            table,
            String.join(", ", columns),
            String.join(", ", values),
            table,
            condition);
  }

  private List<String> columns(String table) throws SQLException {
    var found = new ArrayList<String>();
    try (var rows = statement.executeQuery("SELECT name FROM pragma_table_info('" + table + "')")) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private List<Long> numbers(String sql) throws SQLException {
    var found = new ArrayList<Long>();
    try (var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getLong(1));
      }
    }
    return found;
  }
}
