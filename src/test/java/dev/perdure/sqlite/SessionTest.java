package dev.perdure.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteConnection;

class SessionTest {

  private Session session;

  @BeforeEach
  void open() throws SQLException {
    session = new Session(DriverManager.getConnection("jdbc:sqlite::memory:"));
    session.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)");
  }

  @AfterEach
  void close() throws SQLException {
    session.close();
  }

  /** The driver would run a statement of its own after each. */
  @Test
  void nobodyAsksForTheKeyOfARow() throws SQLException {
    assertFalse(keepsGeneratedKeys());
    session.keepGeneratedKeys(true);
    assertTrue(keepsGeneratedKeys());
  }

  private boolean keepsGeneratedKeys() throws SQLException {
    return session
        .connection()
        .unwrap(SQLiteConnection.class)
        .getConnectionConfig()
        .isGetGeneratedKeys();
  }

  @Test
  void placesOfColumnsHoldForEveryResultOfAStatement() throws SQLException {
    session.update("INSERT INTO t VALUES (?, ?), (?, ?)", 1, "one", 2, null);
    for (int i = 0; i < 2; i++) {
      assertEquals(
          List.of("1 one", "2 null"),
          session.list(
              "SELECT b, a FROM t ORDER BY a", row -> row.getLong("a") + " " + row.getString("b")));
      assertEquals(
          "one", session.first("SELECT a, b FROM t WHERE a = ?", row -> row.getString("b"), 1));
    }
  }

  @Test
  void aColumnThatIsNotThereIsAnError() {
    assertThrows(
        SQLException.class, () -> session.first("SELECT 1 AS a", row -> row.getLong("other")));
  }
}
