package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.TransactionFunction;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Transactional steps that do what they should not, while other runs go on. What else they may try,
 * statement by statement, is shown where the SQL is guarded.
 */
class HostileTransactionTest {

  private static final int OTHERS = 10;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Tables TABLES =
      Tables.named("shop")
          .migration("CREATE TABLE orders (id TEXT NOT NULL) STRICT")
          .migration("CREATE TABLE single (id TEXT PRIMARY KEY) STRICT");

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private static Workflow<String, String> books(
      String name, TransactionFunction<String, String> code) {
    return Workflow.named(name)
        .tables(TABLES)
        .input(String.class, name)
        .code(
            String.class,
            (in, context) ->
                context.transaction(
                    "book",
                    in,
                    TypeToken.get(String.class),
                    code,
                    retries(1).timeout(Duration.ofMillis(700))));
  }

  private static Workflow<String, String> good() {
    return books("good", (id, transaction, _) -> insert(transaction, id));
  }

  private static String insert(Transaction transaction, String id) throws SQLException {
    try (var insert = transaction.connection().prepareStatement("INSERT INTO orders VALUES (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
    }
    return id;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int rows(TestEngine engine, String id) throws Exception {
    return engine.engine.read(connection -> {
      try (var count = connection.prepareStatement("SELECT count(*) FROM orders WHERE id = ?")) {
        count.setString(1, id);
        try (var rows = count.executeQuery()) {
          rows.next();
          return rows.getInt(1);
        }
      }
    });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ROLLBACK",
        "COMMIT",
        "BEGIN",
        "SAVEPOINT s",
        "INSERT INTO single VALUES ('a'); INSERT OR ROLLBACK INTO single VALUES ('a')",
        "PRAGMA synchronous = OFF",
        "ATTACH DATABASE ':memory:' AS other",
        "UPDATE runs SET status = 'completed'",
        "DELETE FROM steps",
        "SELECT count(*) FROM attempts",
        "DROP TABLE orders",
        "INSERT INTO nowhere VALUES (1)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        "INSERT INTO orders WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            + " SELECT 'hostile' FROM n"
      })
  void hostileSqlFailsItsAttemptAndHarmsNobody(String sql) throws Exception {
    var hostile =
        books(
            "hostile",
            (id, transaction, step) -> {
              insert(transaction, id);
              if (step.attempt() == 1) {
                execute(transaction.connection(), sql);
              }
              return "booked";
            });
    assertFailsAloneAndIsRetried(hostile);
  }

  /** A swallowed refusal is no way around it. */
  @Test
  void hostileCodeFailsItsAttemptAndHarmsNobody() throws Exception {
    var hostile =
        books(
            "hostile",
            (id, transaction, step) -> {
              insert(transaction, id);
              if (step.attempt() == 1) {
                try {
                  transaction.connection().commit();
                } catch (SQLException e) {
                  return "swallowed";
                }
              }
              return "booked";
            });
    assertFailsAloneAndIsRetried(hostile);
  }

  @Test
  void aConnectionThatWasKeptFailsOnlyWhoKeptIt() throws Exception {
    var kept = new AtomicReference<Connection>();
    var hostile =
        books(
            "hostile",
            (id, transaction, step) -> {
              kept.compareAndSet(null, transaction.connection());
              insert(transaction, id);
              if (step.attempt() == 1) {
                throw new IllegalStateException("once");
              }
              execute(kept.get(), "INSERT INTO orders VALUES ('hostile')");
              return "booked";
            });
    try (var engine = TestEngine.Setup.in(directory, time).start(hostile, good())) {
      var id = engine.run("hostile", null);
      engine.awaitRetry(id, 1);
      time.awaitWait(SECOND);
      time.advance(SECOND);
      engine.await(id, Status.FAILED);
      assertEquals(0, rows(engine, "hostile"));
      engine.await(engine.run("good", null), Status.COMPLETED);
    }
  }

  private void assertFailsAloneAndIsRetried(Workflow<String, String> hostile) throws Exception {
    try (var engine = TestEngine.Setup.in(directory, time).start(hostile, good())) {
      var others = new ArrayList<RunId>();
      others.add(engine.run("good", "\"other0\""));
      var id = engine.run("hostile", null);
      for (int i = 1; i < OTHERS; i++) {
        others.add(engine.run("good", "\"other" + i + "\""));
      }
      var parked = engine.awaitRetry(id, 1);
      var attempt = parked.steps().getFirst().attempts().getFirst();
      assertEquals(Outcome.FAILED, attempt.outcome());
      assertFalse(attempt.error().message().isBlank());
      assertEquals(0, rows(engine, "hostile"), "something of it was kept");
      for (int i = 0; i < OTHERS; i++) {
        engine.await(others.get(i), Status.COMPLETED);
        assertEquals(1, rows(engine, "other" + i));
      }
      time.awaitWait(SECOND);
      time.advance(SECOND);
      var run = engine.await(id, Status.COMPLETED);
      assertEquals("\"booked\"", run.output().json());
      assertEquals(2, run.steps().getFirst().attemptCount());
      assertEquals(1, rows(engine, "hostile"));
    }
  }

  private static Workflow<String, String> waiter() {
    return Workflow.named("waiter")
        .input(String.class, "in")
        .code(String.class, (_, context) -> context.await("go", String.class));
  }

  private static List<RunId> runsOf(TestEngine engine, String workflow) {
    return engine.journal.reader().runs(new RunFilter(workflow, null), 100, null).runs().stream()
        .map(run -> run.id())
        .toList();
  }

  @Test
  void whatATransactionStartsAndSendsIsThereWithItOrNotAtAll() throws Exception {
    var sends =
        books(
            "sends",
            (receiver, transaction, step) -> {
              insert(transaction, "sent");
              transaction.start("good", "started");
              transaction.signal(receiver, "go", "gone");
              if (step.attempt() == 1) {
                throw new IllegalStateException("behind all of it");
              }
              return "sent";
            });
    try (var engine = TestEngine.Setup.in(directory, time).start(sends, good(), waiter())) {
      var receiver = engine.run("waiter", null);
      engine.await(receiver, run -> run.run().waitingFor() != null);
      var id = engine.run("sends", "\"" + receiver + "\"");
      engine.awaitRetry(id, 1);
      assertEquals(0, rows(engine, "sent"));
      assertEquals(List.of(), runsOf(engine, "good"));
      assertEquals(List.of(), engine.journal.reader().inbox(receiver, 0));
      time.awaitWait(SECOND);
      time.advance(SECOND);
      engine.await(id, Status.COMPLETED);
      assertEquals("\"gone\"", engine.await(receiver, Status.COMPLETED).output().json());
      assertEquals(1, runsOf(engine, "good").size());
      engine.await(runsOf(engine, "good").getFirst(), Status.COMPLETED);
      assertEquals(1, rows(engine, "sent"));
      assertEquals(1, rows(engine, "started"));

      var tooLate = engine.run("sends", "\"" + receiver + "\"");
      engine.awaitRetry(tooLate, 1);
      time.awaitWait(SECOND);
      time.advance(SECOND);
      var failed = engine.await(tooLate, Status.FAILED);
      assertTrue(failed.error().message().contains(receiver.toString()), failed.error().message());
      assertEquals(1, rows(engine, "sent"));
      assertEquals(1, runsOf(engine, "good").size());
    }
  }

  /** Rows are not unique here: a second one would be counted. */
  private static String count(Transaction transaction) throws SQLException {
    try (var statement = transaction.connection().createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM orders")) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void theRowOfACodeWorkflowIsThereOnceFromEveryPrefix() {
    var workflow =
        Workflow.named("counted")
            .tables(TABLES)
            .input(String.class, "a")
            .code(
                String.class,
                (in, context) -> {
                  context.transaction(
                      "book", in, String.class, (id, transaction, _) -> insert(transaction, id));
                  context.step("between", in, String.class, (id, _) -> id);
                  return context.transaction(
                      "count", String.class, (transaction, _) -> count(transaction));
                });
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsAs(
            null,
            """
            completed "1"
            0 transaction book completed "a"
            1 step between completed "a"
            2 transaction count completed "1"
            """);
  }

  @Test
  void theRowOfASequenceIsThereOnceFromEveryPrefix() {
    var workflow =
        Workflow.named("counted")
            .tables(TABLES)
            .input(String.class, "a")
            .step("before", String.class, (in, _) -> in)
            .transaction("book", String.class, (id, transaction, _) -> insert(transaction, id))
            .step("between", String.class, (in, _) -> in)
            .transaction("count", String.class, (_, transaction, _) -> count(transaction))
            .build();
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsAs(
            null,
            """
            completed "1"
            0 step before completed "a"
            1 transaction book completed "a"
            2 step between completed "a"
            3 transaction count completed "1"
            """);
  }
}
