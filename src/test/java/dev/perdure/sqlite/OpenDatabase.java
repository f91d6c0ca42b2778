package dev.perdure.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** The database of a test, opened beside the journal or without one, through SQLite only. */
final class OpenDatabase implements AutoCloseable {

  private final Session session;

  OpenDatabase(Path directory) throws SQLException {
    session = new DatabaseFile(directory, Duration.ofSeconds(5), Seams.NONE).openWriter();
  }

  void execute(String sql) throws SQLException {
    session.execute(sql);
  }

  long number(String sql) throws SQLException {
    return session.number(sql);
  }

  List<String> texts(String sql, String column) throws SQLException {
    return session.list(sql, row -> row.getString(column));
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
