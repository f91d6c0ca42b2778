package dev.perdure.sqlite;

import static dev.perdure.sqlite.TransactJournal.code;
import static dev.perdure.sqlite.TransactJournal.sql;
import static dev.perdure.sqlite.TransactJournal.transact;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Transact.Result;
import dev.perdure.sqlite.TransactJournal.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the code of a transactional step may try. Nothing of it reaches anybody else. */
class HostileSqlTest {

  private static final String INSERT = "INSERT INTO orders VALUES (1, 'a')";
  private static final String ENDLESS =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  private static final Duration BOUND = Duration.ofMillis(300);

  /** On a machine whose cores are shared; alone it is under 20 ms. */
  private static final Duration SLACK = Duration.ofMillis(1_500);

  @TempDir Path directory;

  static Stream<Arguments> refused() {
    var hostile = new LinkedHashMap<String, Sql>();
    for (var text :
        List.of(
            "ROLLBACK",
            "COMMIT",
            "END",
            "BEGIN",
            "SAVEPOINT s",
            "RELEASE s",
            "-- harmless\n /* still */ COMMIT",
            ";COMMIT",
            "\uFEFFCOMMIT",
            "EXPLAIN SELECT 1",
            "PRAGMA synchronous = OFF",
            "PRAGMA writable_schema = ON",
            "SELECT * FROM pragma_table_info('runs')",
            "SELECT * FROM 'pragma_table_info'('runs')",
            "SELECT * FROM dbstat",
            "SELECT load_extension('x')",
            "ATTACH DATABASE ':memory:' AS other",
            "DETACH main",
            "VACUUM",
            "VACUUM INTO '/tmp/h/never'",
            "REINDEX",
            "ANALYZE",
            "backup to /tmp/h/never",
            "restore from /tmp/h/never",
            "CREATE TABLE later (x)",
            "CREATE TEMP TABLE later (x)",
            "DROP TABLE orders",
            "ALTER TABLE orders ADD COLUMN y",
            "INSERT OR ROLLBACK INTO orders VALUES (2, 'a')",
            "UPDATE OR ROLLBACK orders SET steps = NULL",
            "INSERT INTO abrupt VALUES (1)",
            "DELETE FROM runs",
            "DELETE FROM main.runs",
            "DELETE FROM \"runs\"",
            "DELETE FROM [runs]",
            "DELETE FROM `RUNS`",
            "DELETE FROM 'runs'",
            "DELETE/**/FROM/**/runs/**/WHERE/**/1",
            "UPDATE engine SET owner_epoch = 99",
            "UPDATE steps SET status = 'completed'",
            "INSERT INTO table_migrations VALUES ('x', 1, 'y', 2)",
            "SELECT * FROM all_runs",
            "SELECT count(*) FROM attempts",
            "WITH r AS (SELECT * FROM runs) SELECT * FROM r",
            "WITH r AS (SELECT id FROM runs) DELETE FROM orders WHERE id IN r",
            "UPDATE orders SET steps = r.input FROM runs r",
            "SELECT (SELECT input FROM runs LIMIT 1)",
            "INSERT INTO orders SELECT 7, input FROM runs",
            "INSERT INTO watched (x) VALUES ('hostile')",
            "INSERT INTO watched (x) VALUES ('quiet')",
            "SELECT * FROM sqlite_schema",
            "SELECT * FROM \"sqlite_master\"",
            "SELECT * FROM sqlite_temp_schema",
            "DELETE FROM sqlite_sequence",
            "UPDATE 'sqlite_sequence' SET seq = 1",
            "INSERT INTO orders VALUES (3, 'b'); DELETE FROM orders",
            "INSERT INTO orders VALUES (3, 'b'); COMMIT",
            "SELECT $a('); COMMIT --')",
            "SELECT 'not closed",
            "")) {
      hostile.put(text.isEmpty() ? "nothing" : text, sql(INSERT, text));
    }
    hostile.put("commit", c -> then(c, Connection::commit));
    hostile.put("rollback", c -> then(c, Connection::rollback));
    hostile.put("close", c -> then(c, Connection::close));
    hostile.put("setAutoCommit", c -> then(c, it -> it.setAutoCommit(true)));
    hostile.put("setSavepoint", c -> then(c, Connection::setSavepoint));
    hostile.put("unwrap", c -> then(c, it -> it.unwrap(Connection.class)));
    hostile.put("abort", c -> then(c, it -> it.abort(Runnable::run)));
    hostile.put("metadata", c -> then(c, it -> it.getMetaData().getTables(null, null, null, null)));
    hostile.put("another thread", c -> then(c, HostileSqlTest::fromAnotherThread));
    hostile.put("a batch", c -> then(c, HostileSqlTest::inABatch));
    hostile.put("executeUpdate of two", c -> then(c, HostileSqlTest::twoInOne));
    hostile.put(
        "metadata's connection", c -> then(c, it -> it.getMetaData().getConnection().commit()));
    hostile.put(
        "a statement's connection",
        c -> then(c, it -> it.createStatement().getConnection().commit()));
    hostile.put("a swallowed refusal", c -> swallowing(c, Connection::commit));
    hostile.put(
        "a swallowed error",
        c -> swallowing(c, it -> sql("INSERT INTO orders VALUES (1, 'b')").run(it)));
    hostile.put("a swallowed syntax error", c -> swallowing(c, it -> sql("INSERT orders").run(it)));
    hostile.put("an exception", c -> then(c, _ -> failing()));
    hostile.put("an error", c -> then(c, _ -> overflow(0)));
    return hostile.entrySet().stream().map(it -> Arguments.of(it.getKey(), it.getValue()));
  }

  private static void failing() {
    throw new IllegalStateException("planted");
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  private static void then(Connection connection, Sql hostile) throws Exception {
    sql(INSERT).run(connection);
    hostile.run(connection);
  }

  private static void swallowing(Connection connection, Sql hostile) throws Exception {
    sql(INSERT).run(connection);
    assertThrows(SQLException.class, () -> hostile.run(connection));
  }

  private static void fromAnotherThread(Connection connection) throws Exception {
    var thrown = new AtomicReference<Exception>();
    Thread.ofPlatform()
        .start(() -> {
          try {
            connection.createStatement();
          } catch (SQLException e) {
            thrown.set(e);
          }
        })
        .join();
    assertInstanceOf(SQLException.class, thrown.get());
  }

  private static void inABatch(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.addBatch("INSERT INTO orders VALUES (4, 'd')");
      statement.addBatch("COMMIT");
      statement.executeBatch();
    }
  }

  private static void twoInOne(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate("INSERT INTO orders VALUES (5, 'e'); COMMIT");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void refused(String name, Sql hostile) {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      var answer = journal.submit(id, hostile);
      var others = others(journal);
      assertInstanceOf(Result.RolledBack.class, answer.join());
      assertUnharmed(journal, id, others);
    }
  }

  static Stream<Arguments> endless() {
    Map<String, Sql> hostile = new LinkedHashMap<>();
    hostile.put("a query", c -> then(c, sql(ENDLESS)));
    hostile.put(
        "a write",
        c ->
            then(
                c,
                sql(
                    "INSERT INTO orders "
                        + ENDLESS.replace("max(i)", "i, 'n' || i")
                        + " WHERE i > 9 LIMIT -1")));
    hostile.put("a loop", c -> then(c, _ -> loop()));
    hostile.put("a wait", c -> then(c, _ -> new CountDownLatch(1).await()));
    hostile.put("a loop over statements", c -> then(c, HostileSqlTest::statements));
    hostile.put("a loop over rows", c -> then(c, HostileSqlTest::rows));
    hostile.put("a wait within a result", c -> then(c, HostileSqlTest::waitWithinResult));
    return hostile.entrySet().stream().map(it -> Arguments.of(it.getKey(), it.getValue()));
  }

  /** Goes on until the test is over, and cares for no interrupt. */
  private static void loop() {
    while (!over.get()) {
      Thread.onSpinWait();
    }
  }

  private static final AtomicBoolean over = new AtomicBoolean();

  private static void statements(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("SELECT ?")) {
      while (true) {
        statement.setInt(1, 1);
        statement.executeQuery().close();
      }
    }
  }

  private static void rows(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(ENDLESS.replace("max(i)", "i"))) {
      while (rows.next()) {
        rows.getLong(1);
      }
    }
  }

  private static void waitWithinResult(Connection connection) throws Exception {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT * FROM orders")) {
      assertTrue(rows.next());
      new CountDownLatch(1).await();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void endless(String name, Sql hostile) {
    over.set(false);
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      long before = System.nanoTime();
      var answer = journal.submit(transact(id, BOUND, code(hostile)));
      var others = others(journal);
      var timedOut = assertInstanceOf(Result.TimedOut.class, answer.join());
      others.forEach(CompletableFuture::join);
      var took = Duration.ofNanos(System.nanoTime() - before);
      System.err.println(name + ": " + took.minus(BOUND).toMillis() + " ms over the bound");
      assertTrue(took.compareTo(BOUND.plus(SLACK)) < 0, "took " + took);
      assertTrue(
          timedOut.stack().stream().anyMatch(it -> it.getClassName().contains("HostileSqlTest")),
          timedOut::toString);
      assertUnharmed(journal, id, others);
    } finally {
      over.set(true);
    }
  }

  private static List<CompletableFuture<?>> others(TransactJournal journal) {
    return IntStream.range(0, 20)
        .<CompletableFuture<?>>mapToObj(
            i -> journal.journal.journal.submit(TestJournal.pending(TestJournal.newId())))
        .toList();
  }

  private static void assertUnharmed(
      TransactJournal journal, dev.perdure.journal.RunId id, List<CompletableFuture<?>> others) {
    others.forEach(CompletableFuture::join);
    assertEquals(21, journal.stored("SELECT count(*) FROM runs"));
    assertEquals(0, journal.stored("SELECT count(*) FROM orders"));
    assertEquals(0, journal.stored("SELECT count(*) FROM watched"));
    assertEquals(0, journal.stored("SELECT count(*) FROM abrupt"));
    assertEquals(0, journal.stored("SELECT count(*) FROM pragma_integrity_check WHERE 1 <> 1"));
    assertTrue(journal.journal.step(id, 0).isInFlight());
    assertInstanceOf(Result.Committed.class, journal.run(id, sql(INSERT)));
    assertEquals(1, journal.stored("SELECT count(*) FROM orders"));
  }

  @Test
  void aConnectionThatWasKeptIsOfNoUse() throws Exception {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      var kept = new AtomicReference<Connection>();
      journal.run(id, kept::set);
      assertTrue(kept.get().isClosed());
      assertThrows(SQLException.class, () -> kept.get().createStatement());
    }
  }

  @Test
  void aConnectionWhoseTimeIsUpIsOfNoUseToItsOwnThread() throws Exception {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      var late = new CompletableFuture<Throwable>();
      var goOn = new CountDownLatch(1);
      Sql slow =
          connection -> {
            var statement = connection.prepareStatement(INSERT);
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              goOn.await();
              late.complete(assertThrows(SQLException.class, statement::executeUpdate));
            }
          };
      var answer = journal.submit(transact(id, Duration.ofMillis(50), code(slow))).join();
      assertInstanceOf(Result.TimedOut.class, answer);
      goOn.countDown();
      late.join();
      assertEquals(0, journal.stored("SELECT count(*) FROM orders"));
    }
  }
}
