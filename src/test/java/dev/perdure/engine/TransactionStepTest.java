package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps whose SQL and completion commit together. */
class TransactionStepTest {

  private static final Tables SHOP =
      Tables.named("shop").migration("CREATE TABLE booked (what TEXT NOT NULL) STRICT");

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private static Workflow<String, String> code(WorkflowBody<String, String> body) {
    return Workflow.named("books").tables(SHOP).input(String.class, "in").code(String.class, body);
  }

  private static String book(Transaction transaction, String what) throws SQLException {
    try (var insert =
        transaction.connection().prepareStatement("INSERT INTO booked (what) VALUES (?)")) {
      insert.setString(1, what);
      insert.executeUpdate();
    }
    return what;
  }

  private static List<String> booked(TestEngine engine) throws Exception {
    return engine.engine.read(connection -> {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT what FROM booked ORDER BY rowid")) {
        var found = new java.util.ArrayList<String>();
        while (rows.next()) {
          found.add(rows.getString(1));
        }
        return found;
      }
    });
  }

  private static final class Rows implements JournalTable.World {
    private volatile List<String> last = List.of();

    @Override
    public void act(TestEngine engine, dev.perdure.journal.RunDetail run) {
      try {
        last = booked(engine);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      assertEquals(last.stream().distinct().toList(), last, "a row was written twice");
    }
  }

  @Test
  void eachEffectIsThereExactlyOnceFromEveryPrefix() {
    var rows = new Rows();
    var workflow =
        code((in, context) -> {
          context.transaction("book", String.class, (tx, _) -> book(tx, "first"));
          context.sleep("look", Duration.ofMillis(1));
          String second =
              context.transaction("again", in, String.class, (text, tx, _) -> book(tx, text));
          context.sleep("look-again", Duration.ofMillis(1));
          return second;
        });
    new JournalTable(directory, rows, workflow)
        .assertEndsAs(
            "\"second\"",
            """
            completed "second"
            0 transaction book completed "first"
            1 timer look completed null
            2 transaction again completed "second"
            3 timer look-again completed null
            """);
    assertEquals(List.of("first", "second"), rows.last);
  }

  @Test
  void aSequenceMayHaveOneFromEveryPrefix() {
    var rows = new Rows();
    var workflow =
        Workflow.named("books")
            .tables(SHOP)
            .input(String.class, "in")
            .transaction("book", String.class, (in, tx, _) -> book(tx, in))
            .sleep("look", Duration.ofMillis(1))
            .step("length", Integer.class, (what, _) -> what.length())
            .build();
    new JournalTable(directory, rows, workflow)
        .assertEndsAs(
            "\"four\"",
            """
            completed 4
            0 transaction book completed "four"
            1 timer look completed null
            2 step length completed 4
            """);
    assertEquals(List.of("four"), rows.last);
  }

  @Test
  void anErrorRollsBackAndIsRetriedLikeAnyOther() throws Exception {
    try (var engine =
        TestEngine.Setup.in(directory, time)
            .start(
                code((_, context) ->
                    context.transaction(
                        "book",
                        String.class,
                        (tx, step) -> {
                          book(tx, "attempt " + step.attempt());
                          if (step.attempt() == 1) {
                            throw new IllegalStateException("not yet");
                          }
                          return "done";
                        })))) {
      var id = engine.run("books", null);
      engine.awaitRetry(id, 1);
      assertEquals(List.of(), booked(engine));
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      engine.await(id, Status.COMPLETED);
      assertEquals(List.of("attempt 2"), booked(engine));
    }
  }

  @Test
  void aCaughtSqlErrorRollsBackAllTheSame() throws Exception {
    try (var engine =
        TestEngine.Setup.in(directory, time)
            .start(
                code((_, context) -> {
                  try {
                    return context.transaction(
                        "book",
                        1,
                        com.google.gson.reflect.TypeToken.get(String.class),
                        (_, tx, _) -> {
                          book(tx, "half");
                          try {
                            tx.connection()
                                .createStatement()
                                .executeUpdate("INSERT INTO nowhere VALUES (1)");
                          } catch (SQLException e) {
                            // Believes that it can go on.
                          }
                          return "done";
                        },
                        retries(0));
                  } catch (StepFailedException e) {
                    return "failed";
                  }
                }))) {
      var run = engine.await(engine.run("books", null), Status.COMPLETED);
      assertEquals("\"failed\"", run.output().json());
      assertEquals(List.of(), booked(engine));
    }
  }

  @Test
  void runsAndSignalsAreThereIfAndOnlyIfTheTransactionIs() {
    var kid =
        Workflow.named("kid")
            .input(String.class, "")
            .code(String.class, (in, context) -> in + context.await("go", String.class));
    var parent =
        code((_, context) -> {
          String id =
              context.transaction(
                  "start",
                  String.class,
                  (tx, step) -> {
                    String started = tx.start("kid", "from " + step.name());
                    tx.signal(step.runId(), "self", "hello");
                    return started;
                  });
          context.transaction(
              "signal",
              String.class,
              (tx, _) -> {
                tx.signal(id, "go", "!");
                return "sent";
              });
          return id + context.await("self", String.class);
        });
    try (var engine = TestEngine.Setup.in(directory, time).start(parent, kid)) {
      var run = engine.await(engine.run("books", null), Status.COMPLETED);
      String output = run.output().json();
      assertTrue(output.endsWith("hello\""), output);
      var child =
          dev.perdure.journal.RunId.parse(output.substring(1, output.length() - 6)).orElseThrow();
      assertEquals("\"from start!\"", engine.await(child, Status.COMPLETED).output().json());
    }
  }

  @Test
  void aSignalToNobodyRollsBack() throws Exception {
    try (var engine =
        TestEngine.Setup.in(directory, time)
            .start(
                code((_, context) ->
                    context.transaction(
                        "signal",
                        1,
                        com.google.gson.reflect.TypeToken.get(String.class),
                        (_, tx, _) -> {
                          book(tx, "with the signal");
                          tx.signal("01900000-0000-7000-8000-000000000000", "go", "!");
                          return "sent";
                        },
                        retries(0))))) {
      var run = engine.await(engine.run("books", null), Status.FAILED);
      assertEquals("signal", run.run().failingStep());
      assertEquals(List.of(), booked(engine));
    }
  }
}
