package dev.perdure.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.examples.OrderWorkflow.Approval;
import dev.perdure.examples.OrderWorkflow.Line;
import dev.perdure.examples.OrderWorkflow.Order;
import dev.perdure.examples.OrderWorkflow.Receipt;
import dev.perdure.journal.Status;
import dev.perdure.testing.TestRun;
import dev.perdure.testing.WorkflowTester;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderWorkflowTest {

  private static final Order SMALL = Order.example();
  private static final Order LARGE =
      new Order(
          "2026-18", "bob", List.of(new Line("samovar", 1, 90_000), new Line("cup", 100, 400)));
  private static final Order DECLINED =
      new Order("2026-19", "eve", List.of(new Line("cup", 1, PaymentProvider.DECLINED_CENTS)));

  private LocalServer server;
  private PaymentProvider provider;
  private Workflow<Order, Receipt> workflow;

  @BeforeEach
  void open() throws IOException {
    server = new LocalServer();
    workflow = new OrderWorkflow(server.address()).workflow();
    newProvider();
  }

  private void newProvider() {
    provider = new PaymentProvider();
    server.serve(provider);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aSmallOrderIsChargedAndBooked() throws Exception {
    try (var test = WorkflowTester.of(workflow)) {
      var run = test.start(SMALL);

      assertEquals(new Receipt("2026-17", "p-1", 2_900), run.output(Receipt.class));
      assertBooked(test, SMALL);
      assertEquals(2_900, provider.balance());
    }
  }

  @Test
  void aLargeOrderWaitsForItsApproval() throws Exception {
    try (var test = WorkflowTester.of(workflow)) {
      var run = test.start(LARGE);
      test.advance(OrderWorkflow.APPROVAL_TIME.minusMillis(1));
      assertEquals(Status.RUNNING, run.status());

      run.signal("approval", new Approval(true, "ann"));

      assertEquals(new Receipt("2026-18", "p-1", 130_000), run.output(Receipt.class));
      assertBooked(test, LARGE);
    }
  }

  @Test
  void aRefusedOrderIsRefunded() throws Exception {
    try (var test = WorkflowTester.of(workflow)) {
      var run = test.start(LARGE).signal("approval", new Approval(false, "ann"));

      assertRefunded(test, run, Status.FAILED);
      assertEquals("The order was refused by ann.", run.detail().error().message());
    }
  }

  @Test
  void anOrderThatNobodyApprovesIsRefunded() throws Exception {
    try (var test = WorkflowTester.of(workflow)) {
      assertRefunded(test, test.runToEnd(test.start(LARGE)), Status.FAILED);
    }
  }

  @Test
  void aCancelledOrderIsRefunded() throws Exception {
    try (var test = WorkflowTester.of(workflow)) {
      assertRefunded(test, test.start(LARGE).cancel(), Status.CANCELLED);
    }
  }

  @Test
  void anOrderThatCanNotBeBookedIsRefunded() throws Exception {
    try (var test = WorkflowTester.of(workflow)) {
      test.start(SMALL).output(Receipt.class);
      var again = test.runToEnd(test.start(SMALL));

      assertEquals(Status.FAILED, again.status());
      assertEquals(2, provider.charges());
      assertEquals(2_900, provider.balance());
      assertBooked(test, SMALL);
    }
  }

  @Test
  void aDeclinedCardIsNotTriedAgain() throws Exception {
    try (var test = WorkflowTester.of(workflow)) {
      var run = test.start(DECLINED);

      assertEquals(1, test.times("charge"));
      assertRefunded(test, run, Status.FAILED);
    }
  }

  @Test
  void aLostAnswerDoesNotChargeTwice() {
    try (var test = WorkflowTester.of(workflow)) {
      provider.loseAnswers(2);
      var run = test.runToEnd(test.start(SMALL));

      assertEquals("p-1", run.output(Receipt.class).payment());
      assertEquals(3, test.times("charge"));
      assertEquals(2_900, provider.balance());
    }
  }

  @Test
  void aProviderThatHangsIsAskedAgain() {
    try (var test = WorkflowTester.of(workflow)) {
      test.stub("charge").hangs().runs();
      assertEquals("p-1", test.runToEnd(test.start(SMALL)).output(Receipt.class).payment());
    }
  }

  @Test
  void approvedOrderIsChargedAndBookedOnceWhereverItIsKilled() {
    int crashes =
        WorkflowTester.crashEverywhere(
            workflow,
            test -> {
              newProvider();
              var run = test.start(LARGE).signal("approval", new Approval(true, "ann"));

              assertEquals(new Receipt("2026-18", "p-1", 130_000), run.output(Receipt.class));
              assertBooked(test, LARGE);
              assertEquals(1, provider.charges());
              assertFalse(provider.hasRefunded());
            });
    assertTrue(crashes >= 6, crashes + " crashes");
  }

  @Test
  void refusedOrderIsRefundedWhereverItIsKilled() {
    int crashes =
        WorkflowTester.crashEverywhere(
            workflow,
            test -> {
              newProvider();
              provider.loseAnswers(1);
              var run = test.runToEnd(test.start(LARGE));
              assertRefunded(test, run, Status.FAILED);
              assertEquals(1, provider.charges());
            });
    assertTrue(crashes >= 8, crashes + " crashes");
  }

  @Test
  void cancelledOrderIsRefundedWhereverItIsKilled() {
    int crashes =
        WorkflowTester.crashEverywhere(
            workflow,
            test -> {
              newProvider();
              assertRefunded(test, test.start(LARGE).cancel(), Status.CANCELLED);
            });
    assertTrue(crashes >= 6, crashes + " crashes");
  }

  private static void assertBooked(WorkflowTester<?> test, Order order) throws Exception {
    assertEquals(1, Rows.number(test, "SELECT count(*) FROM shop_orders"));
    assertEquals(
        order.lines().size(), Rows.number(test, "SELECT count(DISTINCT item) FROM shop_lines"));
    assertEquals(order.lines().size(), Rows.number(test, "SELECT count(*) FROM shop_lines"));
    assertEquals(order.cents(), Rows.number(test, "SELECT sum(cents) FROM shop_orders"));
  }

  private void assertRefunded(WorkflowTester<?> test, TestRun run, Status status) throws Exception {
    assertEquals(status, run.status());
    assertTrue(provider.hasRefunded());
    assertEquals(0, provider.balance());
    assertEquals(0, Rows.number(test, "SELECT count(*) FROM shop_orders"));
    assertEquals(0, Rows.number(test, "SELECT count(*) FROM shop_lines"));
  }
}
