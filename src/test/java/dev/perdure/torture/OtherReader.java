package dev.perdure.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a database that no Perdure has open, with the {@code sqlite3} program where there is one:
 * it shares no code with what wrote it. Reads a copy, so that it changes nothing.
 */
public record OtherReader(Path database) {

  /** A reader of a copy of this data directory. */
  public static OtherReader copyOf(Path data, Path copy) throws IOException {
    Files.createDirectories(copy);
    try (var files = Files.newDirectoryStream(data, "perdure.db*")) {
      for (var file : files) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return new OtherReader(copy.resolve("perdure.db"));
  }

  /** The rows, columns separated by bars. */
  public List<String> rows(String sql) throws Exception {
    return Files.isExecutable(Path.of("/usr/bin/sqlite3")) ? byProgram(sql) : byDriver(sql);
  }

  private List<String> byProgram(String sql) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("/usr/bin/sqlite3", "-batch", database.toString(), sql)
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.lines().toList();
  }

  private List<String> byDriver(String sql) throws SQLException {
    var rows = new ArrayList<String>();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        var statement = connection.createStatement();
        var results = statement.executeQuery(sql)) {
      while (results.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
          row.add(results.getString(i));
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }
}
