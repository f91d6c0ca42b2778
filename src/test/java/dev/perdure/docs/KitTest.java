package dev.perdure.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.WorkflowTester;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The snippets of testing.md. */
class KitTest {

  record Order(String id) {}

  record Approval(boolean granted) {}

  // [README workflow]
  static Workflow<Order, String> orders() {
    return Workflow.named("orders")
        .tables(Tables.named("shop").migration("CREATE TABLE shop_sales (id TEXT) STRICT"))
        .input(Order.class, new Order("17"))
        .code(String.class, KitTest::order);
  }

  private static String order(Order order, RunContext run) {
    run.onFailure("refund", order, (o, step) -> {});
    var payment = run.step("charge", order, String.class, (o, step) -> "p-" + o.id());
    var approval = run.await("approval", Approval.class, Duration.ofDays(2));
    if (approval.isEmpty() || !approval.get().granted()) {
      throw new IllegalStateException("Nobody has approved the order.");
    }
    return run.transaction(
        "book",
        payment,
        String.class,
        (p, tx, step) -> {
          try (var insert = tx.connection().prepareStatement("INSERT INTO shop_sales VALUES (?)")) {
            insert.setString(1, p);
            insert.executeUpdate();
          }
          return p;
        });
  }

  // [end]

  // [README five-lines]
  @Test
  void approvedOrderIsBooked() {
    try (var test = WorkflowTester.of(orders())) {
      var run = test.start(new Order("17"));
      test.advance(Duration.ofHours(47));
      run.signal("approval", new Approval(true));
      assertEquals("p-17", run.output(String.class));
    }
  }

  // [end]

  // [README stubs]
  @Test
  void bankThatIsDownIsAskedAgain() {
    try (var test = WorkflowTester.of(orders())) {
      test.stub("charge").fails(new IOException("down")).hangs();
      var run = test.start(new Order("17")); // fails; a retry is due in a second
      assertEquals(WaitingFor.Kind.RETRY, run.waitingFor().orElseThrow().kind());
      test.advance(Duration.ofSeconds(1)); // hangs: the step has no timeout
      run.cancel();
      assertEquals(Status.CANCELLED, run.status());
      assertEquals(2, test.times("charge"));
      assertEquals(1, test.times("refund"));
    }
  }

  // [end]

  // [README time]
  @Test
  void orderThatNobodyApprovesIsRefunded() {
    try (var test = WorkflowTester.of(orders())) {
      var run = test.runToEnd(test.start(new Order("17")));
      assertEquals(Status.FAILED, run.status());
      assertEquals(WorkflowTester.START.plus(Duration.ofDays(2)), test.now());
      assertEquals(List.of("refund"), run.steps("refund").stream().map(s -> s.name()).toList());
    }
  }

  // [end]

  // [README crash]
  @Test
  void orderIsBookedOnceWhereverTheServerDies() {
    int crashes =
        WorkflowTester.crashEverywhere(
            orders(),
            test -> {
              test.stub("charge").fails(new IOException("down")).runs();
              var run = test.start(new Order("17"));
              test.advance(Duration.ofMinutes(1));
              run.signal("approval", new Approval(true));
              assertEquals("p-17", run.output(String.class));
              assertEquals(1, test.read(KitTest::sales).intValue());
            });
    assertTrue(crashes > 5);
  }

  // [end]

  private static int sales(Connection connection) throws SQLException {
    try (var query = connection.createStatement();
        var rows = query.executeQuery("SELECT count(*) FROM shop_sales")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
