package dev.perdure.testing;

import static dev.perdure.workflow.Steps.retries;
import static dev.perdure.workflow.Steps.timeout;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkflowTesterTest {

  private static final Duration DAY = Duration.ofDays(1);

  record Order(String id) {}

  record Approval(boolean granted) {}

  record Receipt(String order, String payment) {}

  /** Charges, cools off for a day, waits for an approval and ships every part. */
  private static Workflow<Order, Receipt> orders() {
    return Workflow.named("orders")
        .input(Order.class, new Order("1"))
        .code(Receipt.class, WorkflowTesterTest::order);
  }

  private static Receipt order(Order order, RunContext context) {
    context.onFailure("refund", order, (_, _) -> {});
    var payment =
        context.step("charge", order, String.class, (o, _) -> "paid-" + o.id(), retries(2));
    context.sleep("cooling-off", DAY);
    var approval = context.await("approval", Approval.class, DAY);
    if (approval.isEmpty() || !approval.get().granted()) {
      throw new IllegalStateException("not approved");
    }
    context.map("ship", List.of("a", "b", "c"), String.class, (part, _) -> "shipped " + part);
    return new Receipt(order.id(), payment);
  }

  private static Workflow<String, String> letters() {
    return Workflow.named("letters")
        .input(String.class, "")
        .step("a", String.class, (in, _) -> in + "a")
        .step("b", String.class, (in, _) -> in + "b", retries(3))
        .sleep("pause", DAY)
        .step("c", String.class, (in, _) -> in + "c", timeout(Duration.ofSeconds(5)))
        .build();
  }

  @Test
  void aRunIsMovedThroughTimeAndSignals() {
    try (var test = WorkflowTester.of(orders())) {
      var run = test.start(new Order("42"));
      test.advance(DAY);
      run.signal("approval", new Approval(true));
      assertEquals(new Receipt("42", "paid-42"), run.output(Receipt.class));
    }
  }

  @Test
  void nothingMovesUntilTimeDoes() {
    try (var test = WorkflowTester.of(orders())) {
      var run = test.start(new Order("42"));
      assertEquals(WaitingFor.Kind.TIMER, run.waitingFor().orElseThrow().kind());
      test.advance(DAY.minusMillis(1));
      assertEquals(WaitingFor.Kind.TIMER, run.waitingFor().orElseThrow().kind());
      test.advance(Duration.ofMillis(1));
      assertEquals(WaitingFor.Kind.SIGNAL, run.waitingFor().orElseThrow().kind());
      assertThrows(AssertionError.class, () -> run.output(Receipt.class));
    }
  }

  @Test
  void stubsTakeTurnsAndKeepTheStepsOptions() {
    try (var test = WorkflowTester.of(letters())) {
      test.stub("b").fails(new IOException("down")).fails(new IOException("down")).returns("x");
      var run = test.runToEnd(test.start(""));
      assertEquals("xc", run.output(String.class));
      assertEquals(3, test.times("b"));
      assertEquals(3, run.step("b").orElseThrow().attemptCount());
      assertEquals(WorkflowTester.START.plus(DAY).plusSeconds(3), finishedAt(run));
    }
  }

  private static Instant finishedAt(TestRun run) {
    return run.detail().run().finishedAt();
  }

  @Test
  void runToEndStopsAtASignalAndGoesOnToItsTimeout() {
    var patient =
        Workflow.named("patient")
            .input(String.class, "")
            .code(String.class, (_, context) -> context.await("go", String.class));
    try (var test = WorkflowTester.of(patient)) {
      var run = test.runToEnd(test.start(""));
      assertEquals(WaitingFor.Kind.SIGNAL, run.waitingFor().orElseThrow().kind());
      assertEquals("now", run.signal("go", "now").output(String.class));
    }
    try (var test = WorkflowTester.of(orders())) {
      assertEquals(Status.FAILED, test.runToEnd(test.start(new Order("1"))).status());
      assertEquals(1, test.times("refund"));
    }
  }

  @Test
  void aStepThatHangsIsEndedByItsTimeout() {
    try (var test = WorkflowTester.of(letters())) {
      test.stub("c").hangs().runs();
      var run = test.start("");
      test.advance(DAY);
      assertTrue(run.step("c").orElseThrow().isInFlight());
      test.runToEnd(run);
      assertEquals("abc", run.output(String.class));
      assertEquals(2, test.times("c"));
    }
  }

  @Test
  void aRunIsCancelledWhileAStepHangs() {
    try (var test = WorkflowTester.of(orders())) {
      test.stub("charge").hangs();
      var run = test.start(new Order("1")).cancel();
      assertEquals(Status.CANCELLED, run.status());
      assertEquals(1, test.times("refund"));
    }
  }

  @Test
  void aCrashInTheMiddleChangesNothing() {
    try (var test = WorkflowTester.of(letters())) {
      var run = test.start("");
      test.crash();
      assertEquals("abc", test.runToEnd(run).output(String.class));
      assertEquals(1, test.times("a"));
    }
  }

  @Test
  void aSequenceCrashesEverywhere() {
    int crashes = WorkflowTester.crashEverywhere(letters(), test -> test.runToEnd(test.start("")));
    assertTrue(crashes >= 6, crashes + " crashes");
  }

  @Test
  void aCodeWorkflowCrashesEverywhere() {
    var parcels =
        Workflow.named("parcels")
            .input(Order.class, new Order("1"))
            .code(
                String.class,
                (order, context) -> {
                  var first = context.step("pack", order, String.class, (o, _) -> o.id());
                  context.sleep("pause", DAY);
                  return first
                      + context.map("ship", List.of(1, 2), String.class, (n, _) -> "p" + n);
                });
    int crashes =
        WorkflowTester.crashEverywhere(
            parcels,
            test -> {
              test.stub("pack").fails(new IOException("down")).runs();
              var run = test.runToEnd(test.start(new Order("42")));
              assertEquals("42[p1, p2]", run.output(String.class));
            });
    assertTrue(crashes >= 10, crashes + " crashes");
  }

  @Test
  void aCompensatedRunCrashesEverywhere() {
    WorkflowTester.crashEverywhere(
        orders(),
        test -> {
          var run = test.runToEnd(test.start(new Order("42")));
          assertEquals(Status.FAILED, run.status());
          assertTrue(test.times("refund") >= 1);
        });
  }

  @Test
  void aTransactionalEffectIsThereOnceWhereverItCrashes() {
    var counted =
        Workflow.named("counted")
            .tables(Tables.named("kit").migration("CREATE TABLE kit_rows (id TEXT) STRICT"))
            .input(String.class, "")
            .step("a", String.class, (in, _) -> in + "a")
            .transaction("insert", String.class, WorkflowTesterTest::insert)
            .build();
    int crashes =
        WorkflowTester.crashEverywhere(
            counted,
            test -> {
              assertEquals("xa", test.runToEnd(test.start("x")).output(String.class));
              int rows = test.read(WorkflowTesterTest::count);
              assertEquals(1, rows);
            });
    assertTrue(crashes >= 4, crashes + " crashes");
  }

  private static String insert(String id, Transaction transaction, Step step) throws SQLException {
    try (var insert =
        transaction.connection().prepareStatement("INSERT INTO kit_rows VALUES (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
    }
    return id;
  }

  private static int count(Connection connection) throws SQLException {
    try (var rows = connection.createStatement().executeQuery("SELECT count(*) FROM kit_rows")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void aChildIsRunByTheSameTester() {
    var parent =
        Workflow.named("parent")
            .input(String.class, "")
            .code(String.class, (in, context) -> context.child("kid", "letters", in, String.class));
    try (var test = WorkflowTester.of(parent, letters())) {
      var run = test.start("x");
      assertEquals(WaitingFor.Kind.CHILD, run.waitingFor().orElseThrow().kind());
      assertEquals("xabc", test.runToEnd(run).output(String.class));
    }
  }

  @Test
  void aSignalIsTakenOnceWhereverItCrashes() {
    int crashes =
        WorkflowTester.crashEverywhere(
            orders(),
            test -> {
              test.stub("charge").fails(new IOException("down")).runs();
              var run = test.start(new Order("42"));
              test.advance(DAY.plusMinutes(1));
              run.signal("approval", new Approval(true));
              assertEquals(new Receipt("42", "paid-42"), run.output(Receipt.class));
            });
    assertTrue(crashes >= 10, crashes + " crashes");
  }

  @Test
  void aRunFailedByASignalIsCompensatedWhereverItCrashes() {
    WorkflowTester.crashEverywhere(
        orders(),
        test -> {
          var run = test.start(new Order("42"));
          test.advance(DAY);
          assertEquals(Status.FAILED, run.signal("approval", new Approval(false)).status());
        });
  }

  @Test
  void aBodyThatDependsOnMoreThanItsJournalIsCaught() {
    var calls = new AtomicInteger();
    var unsound =
        Workflow.named("unsound")
            .input(String.class, "")
            .code(
                String.class,
                (_, context) -> {
                  int life = calls.incrementAndGet();
                  var first = context.step("a", "in", String.class, (in, _) -> in);
                  return context.step("b", first, String.class, (in, _) -> in) + life;
                });
    var error =
        assertThrows(
            AssertionError.class,
            () ->
                WorkflowTester.crashEverywhere(
                    unsound,
                    test -> {
                      calls.set(0);
                      test.runToEnd(test.start(""));
                    }));
    assertTrue(error.getMessage().contains("end otherwise"), error.getMessage());
  }
}
