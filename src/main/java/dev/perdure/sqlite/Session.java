package dev.perdure.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * A connection with its prepared statements, which live as long as it does. JDBC's autocommit stays
 * on; transactions are explicit SQL, because after a failed COMMIT the driver's own bookkeeping is
 * wrong. Belongs to one thread, except for {@link #cancel}.
 */
final class Session implements AutoCloseable {

  /** Reads the row that a result stands on. */
  interface RowMapper<T> {
    T map(Row row) throws SQLException;
  }

  /** Takes in one row. */
  interface RowConsumer {
    void accept(Row row) throws SQLException;
  }

  /**
   * A statement that is kept.
   *
   * @param places of its columns, as far as somebody has asked
   */
  private record Prepared(PreparedStatement statement, Map<String, Integer> places) {

    Prepared(PreparedStatement statement) {
      this(statement, new HashMap<>());
    }

    Prepared bind(@Nullable Object[] values) throws SQLException {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return this;
    }
  }

  private final Connection connection;
  private final Statement plain;
  private final Map<String, Prepared> statements = new HashMap<>();
  private volatile boolean stuck;

  Session(Connection connection) throws SQLException {
    this.connection = connection;
    this.plain = connection.createStatement();
    keepGeneratedKeys(false);
  }

  /**
   * Whether the driver keeps the key of each row that is inserted. It does so by a statement of its
   * own after each INSERT, for which nobody asks but code that is not ours.
   */
  void keepGeneratedKeys(boolean kept) throws SQLException {
    connection.unwrap(SQLiteConnection.class).getConnectionConfig().setGetGeneratedKeys(kept);
  }

  /** Runs a script or a statement without parameters. */
  void execute(String sql) throws SQLException {
    plain.executeUpdate(sql);
  }

  /** Runs a statement and returns how many rows it changed. */
  int update(String sql, @Nullable Object... values) throws SQLException {
    return prepared(sql).bind(values).statement().executeUpdate();
  }

  /** Runs a statement that returns rows. */
  <T> List<T> list(String sql, RowMapper<T> mapper, @Nullable Object... values)
      throws SQLException {
    var found = new ArrayList<T>();
    each(sql, row -> found.add(mapper.map(row)), values);
    return found;
  }

  /** Goes through the rows without keeping them. */
  void each(String sql, RowConsumer consumer, @Nullable Object... values) throws SQLException {
    var prepared = prepared(sql).bind(values);
    try (var rows = prepared.statement().executeQuery()) {
      var row = new Row(rows, prepared.places());
      while (rows.next()) {
        consumer.accept(row);
      }
    }
  }

  /** The first row; null when there is none. */
  <T> @Nullable T first(String sql, RowMapper<T> mapper, @Nullable Object... values)
      throws SQLException {
    var prepared = prepared(sql).bind(values);
    try (var rows = prepared.statement().executeQuery()) {
      return rows.next() ? mapper.map(new Row(rows, prepared.places())) : null;
    }
  }

  /** The number in the first column of the first row; 0 when there is no row. */
  long number(String sql, @Nullable Object... values) throws SQLException {
    var found = first(sql, row -> row.getLong(1), values);
    return found == null ? 0 : found;
  }

  /** The connection itself, for what is not worth keeping prepared. */
  Connection connection() {
    return connection;
  }

  /** Ends whatever runs on this connection. Safe from any thread. */
  void cancel() throws SQLException {
    plain.cancel();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** A call of SQLite does not come back, and closing the connection would wait for it. */
  void markStuck() {
    stuck = true;
  }

  /** Lets go of the connection, whatever state it is in. */
  void discard() {
    if (stuck) {
      return;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      // It is thrown away because it has failed; its transaction goes with it.
    }
  }

  private Prepared prepared(String sql) throws SQLException {
    var known = statements.get(sql);
    if (known == null) {
      known = new Prepared(connection.prepareStatement(sql));
      statements.put(sql, known);
    }
    return known;
  }
}
