package dev.perdure.examples;

import static dev.perdure.workflow.Steps.retries;

import dev.perdure.workflow.Compensation;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * An order: the card is charged, a large order waits for somebody's approval, and the books are
 * kept in tables of its own, in the same file as the journal. However the run fails or is
 * cancelled, the customer has the money back.
 */
public final class OrderWorkflow implements WorkflowProvider {

  /** From this on somebody has to look at an order. */
  static final int APPROVAL_CENTS = 100_000;

  static final Duration APPROVAL_TIME = Duration.ofDays(2);

  /** Five retries within two minutes; a declined card is not tried again. */
  private static final StepOptions PAYMENT =
      retries(5)
          .backoff(Duration.ofSeconds(2), 2, Duration.ofMinutes(1))
          .timeout(Duration.ofSeconds(20));

  /** Nobody gives up on a refund within a week. */
  private static final StepOptions REFUND =
      retries(1_000).backoff(Duration.ofSeconds(2), 2, Duration.ofMinutes(10));

  static final Tables TABLES =
      Tables.named("shop")
          .migration(
              """
              CREATE TABLE shop_orders (
                id       TEXT PRIMARY KEY,
                customer TEXT NOT NULL,
                payment  TEXT NOT NULL,
                cents    INTEGER NOT NULL CHECK (cents > 0)
              ) STRICT;
              CREATE TABLE shop_lines (
                order_id TEXT NOT NULL REFERENCES shop_orders (id),
                item     TEXT NOT NULL,
                quantity INTEGER NOT NULL,
                cents    INTEGER NOT NULL,
                PRIMARY KEY (order_id, item)
              ) STRICT
              """)
          .migration("CREATE INDEX shop_orders_by_customer ON shop_orders (customer)");

  /** One kind of goods, and what one of it costs. */
  public record Line(String item, int quantity, int cents) {}

  /** What a customer wants. */
  public record Order(String id, String customer, List<Line> lines) {

    static Order example() {
      return new Order("2026-17", "ann", List.of(new Line("teapot", 1, 2_900)));
    }

    int cents() {
      return lines.stream().mapToInt(line -> line.quantity() * line.cents()).sum();
    }
  }

  /** What the signal "approval" says. */
  public record Approval(boolean granted, String by) {}

  /** What is booked. */
  public record Paid(Order order, String payment) {}

  /** What the customer gets. */
  public record Receipt(String order, String payment, int cents) {}

  /** What the payment provider is asked for; the reference leads to it from now on. */
  record Charge(String reference, int cents) {}

  private final Payments payments;

  /** Pays at {@code PAYMENTS_URL}. */
  public OrderWorkflow() {
    this(HttpCalls.address("PAYMENTS_URL", "http://127.0.0.1:9000/"));
  }

  OrderWorkflow(URI payments) {
    this.payments = new Payments(payments);
  }

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(workflow());
  }

  Workflow<Order, Receipt> workflow() {
    return Workflow.named("shop-order")
        .describedAs("Charges the card, asks for approval of a large order, and books it")
        .tables(TABLES)
        .timeout(Duration.ofDays(14))
        .input(Order.class, Order.example())
        .code(Receipt.class, this::run);
  }

  private Receipt run(Order order, RunContext run) {
    var charge = new Charge(run.runId(), order.cents());
    run.onFailure("refund", charge, this::refund, REFUND);
    var payment = run.step("charge", charge, String.class, this::charge, PAYMENT);
    if (order.cents() >= APPROVAL_CENTS) {
      requireApproval(run);
    }
    return run.transaction("book", new Paid(order, payment), Receipt.class, OrderWorkflow::book);
  }

  /** Holds no thread for as long as it takes. What it throws fails the run. */
  private static void requireApproval(RunContext run) {
    var approval = run.await("approval", Approval.class, APPROVAL_TIME);
    if (approval.isEmpty()) {
      throw new FinalStepException("Nobody approved the order within " + APPROVAL_TIME + ".");
    }
    if (!approval.get().granted()) {
      throw new FinalStepException("The order was refused by " + approval.get().by() + ".");
    }
  }

  private String charge(Charge charge, Step step) throws IOException, InterruptedException {
    return payments.charge(charge.reference(), charge.cents(), step.idempotencyKey());
  }

  /** Also when it is not known whether the charge went through: the provider knows. */
  private void refund(Charge charge, Compensation compensation)
      throws IOException, InterruptedException {
    compensation.log("The charge is " + compensation.undoes() + "; refunding what was taken.");
    payments.refund(charge.reference(), compensation.idempotencyKey());
  }

  /** Plain inserts, without a look at what is there: they commit with the step or not at all. */
  private static Receipt book(Paid paid, Transaction transaction, Step step) throws SQLException {
    var order = paid.order();
    insertOrder(transaction.connection(), paid);
    for (var line : order.lines()) {
      insertLine(transaction.connection(), order.id(), line);
    }
    return new Receipt(order.id(), paid.payment(), order.cents());
  }

  private static void insertOrder(Connection connection, Paid paid) throws SQLException {
    try (var insert = connection.prepareStatement("INSERT INTO shop_orders VALUES (?, ?, ?, ?)")) {
      insert.setString(1, paid.order().id());
      insert.setString(2, paid.order().customer());
      insert.setString(3, paid.payment());
      insert.setInt(4, paid.order().cents());
      insert.executeUpdate();
    }
  }

  private static void insertLine(Connection connection, String order, Line line)
      throws SQLException {
    try (var insert = connection.prepareStatement("INSERT INTO shop_lines VALUES (?, ?, ?, ?)")) {
      insert.setString(1, order);
      insert.setString(2, line.item());
      insert.setInt(3, line.quantity());
      insert.setInt(4, line.cents());
      insert.executeUpdate();
    }
  }
}
