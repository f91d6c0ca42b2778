package dev.perdure.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rows of a statement that is not worth keeping. */
final class Rows {

  private Rows() {}

  static <T> List<T> list(Connection connection, String sql, Session.RowMapper<T> mapper)
      throws SQLException {
    var found = new ArrayList<T>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var row = new Row(rows);
      while (rows.next()) {
        found.add(mapper.map(row));
      }
    }
    return found;
  }
}
