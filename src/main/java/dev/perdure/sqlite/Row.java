package dev.perdure.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * The row that a result stands on, with JDBC's words. It knows the places of its columns for as
 * long as the statement lives, where the driver goes through all names for each result anew. As in
 * JDBC, texts and bytes are null where the column is NULL; who reads knows where that can be. Not
 * thread-safe.
 */
final class Row {

  private final ResultSet rows;
  private final Map<String, Integer> places;

  /**
   * @param places where columns of the statement were found so far; grows
   */
  Row(ResultSet rows, Map<String, Integer> places) {
    this.rows = rows;
    this.places = places;
  }

  /** Of a statement that is not worth keeping. */
  Row(ResultSet rows) {
    this(rows, new HashMap<>());
  }

  private int place(String column) throws SQLException {
    var known = places.get(column);
    if (known == null) {
      known = rows.findColumn(column);
      places.put(column, known);
    }
    return known;
  }

  String getString(String column) throws SQLException {
    return rows.getString(place(column));
  }

  String getString(int column) throws SQLException {
    return rows.getString(column);
  }

  byte[] getBytes(String column) throws SQLException {
    return rows.getBytes(place(column));
  }

  long getLong(String column) throws SQLException {
    return rows.getLong(place(column));
  }

  long getLong(int column) throws SQLException {
    return rows.getLong(column);
  }

  int getInt(String column) throws SQLException {
    return rows.getInt(place(column));
  }

  int getInt(int column) throws SQLException {
    return rows.getInt(column);
  }

  double getDouble(String column) throws SQLException {
    return rows.getDouble(place(column));
  }

  boolean getBoolean(String column) throws SQLException {
    return rows.getBoolean(place(column));
  }

  boolean getBoolean(int column) throws SQLException {
    return rows.getBoolean(column);
  }

  /** Whether what was read last was NULL. */
  boolean wasNull() throws SQLException {
    return rows.wasNull();
  }
}
