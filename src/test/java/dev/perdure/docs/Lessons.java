package dev.perdure.docs;

import static dev.perdure.workflow.Branch.branch;
import static dev.perdure.workflow.FanOut.atOnce;
import static dev.perdure.workflow.Steps.atMostOnce;
import static dev.perdure.workflow.Steps.retries;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.server.Perdure;
import dev.perdure.workflow.Compensation;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.Outcome;
import dev.perdure.workflow.RetryAfterException;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.Tables;
import dev.perdure.workflow.Transaction;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The snippets of workflows.md. */
final class Lessons {

  record Order(String id, List<String> items) {}

  record Payment(String order, String id) {}

  record Approval(boolean granted, String by) {}

  /** The world that the steps act upon. */
  interface World {

    /** An answer over HTTP. */
    record Answer(int status, String body, Duration retryAfter) {}

    Answer charge(String order, String key) throws IOException;

    void refund(String order, String key) throws IOException;

    String pack(String item);

    String print(String label) throws IOException;
  }

  private final World world;

  Lessons(World world) {
    this.world = world;
  }

  // [README body]
  Workflow<Order, String> orders() {
    return Workflow.named("orders")
        .describedAs("Charges, packs and ships an order")
        .tables(SHOP) // below
        .timeout(ofDays(30)) // of a run, waits included
        .input(Order.class, new Order("17", List.of("teapot", "cup"))) // type and example
        .code(String.class, this::order);
  }

  private String order(Order order, RunContext run) {
    run.onFailure("refund", order, this::refund);
    var payment = run.step("charge", order, Payment.class, this::charge, retries(5));
    var parcels = run.map("pack", order.items(), String.class, (item, step) -> world.pack(item));
    run.sleep("cooling-off", ofDays(1));
    return run.transaction("book", payment, String.class, Lessons::book) + " " + parcels;
  }

  // [end]

  // [README step]
  private Payment charge(Order order, Step step) throws IOException {
    step.progress(0, "asking the bank"); // the latest is shown
    step.log("charging " + order.id()); // kept, and shown
    var answer = world.charge(order.id(), step.idempotencyKey());
    return switch (answer.status()) {
      case 200 -> new Payment(order.id(), answer.body());
      case 402 -> throw new FinalStepException("The card was declined."); // no more tries
      case 503 -> throw new RetryAfterException("Busy.", answer.retryAfter()); // this wait instead
      default -> throw new IOException("The bank answered " + answer.status() + "."); // backoff
    };
  }

  // [end]

  // [README transaction]
  static final Tables SHOP =
      Tables.named("shop")
          .migration("CREATE TABLE shop_sales (order_id TEXT PRIMARY KEY, payment TEXT) STRICT")
          .migration("CREATE INDEX shop_sales_by_payment ON shop_sales (payment)");

  private static String book(Payment payment, Transaction tx, Step step) throws SQLException {
    try (var insert = tx.connection().prepareStatement("INSERT INTO shop_sales VALUES (?, ?)")) {
      insert.setString(1, payment.order());
      insert.setString(2, payment.id());
      insert.executeUpdate();
    }
    tx.start("thank", payment.order()); // a run, if and only if this commits
    return payment.id();
  }

  // [end]

  // [README once]
  String label(String parcel, RunContext run) {
    var once = atMostOnce().retries(3).finalOn(IOException.class).timeout(ofSeconds(30));
    return run.step("print", parcel, String.class, (text, step) -> world.print(text), once);
  }

  // [end]

  // [README fanout]
  List<String> pack(Order order, RunContext run) {
    var options = atOnce(50).each(retries(5).timeout(ofMinutes(1)));

    // One step for each item; the first that fails for good cancels the others.
    var packed =
        run.map("pack", order.items(), String.class, (item, _) -> world.pack(item), options);

    // All of them, whatever becomes of the others.
    var tried = run.mapAll("label", packed, String.class, (box, _) -> world.print(box), options);
    var labels = tried.stream().filter(Outcome.Completed.class::isInstance).count();

    // A body of its own for each item, with as many steps and waits as it likes.
    var sent =
        run.mapScoped(
            "send",
            packed,
            String.class,
            (box, scope) -> {
              var courier = scope.step("call", box, String.class, (b, _) -> "courier for " + b);
              scope.sleep("on-the-road", ofHours(4));
              return scope.step("sign", courier, String.class, (c, _) -> c + ", signed");
            },
            FanOut.DEFAULT);

    // Branches that differ.
    var count = branch("count", Integer.class, scope -> sent.size());
    var total = branch("labels", Long.class, scope -> labels);
    var both = run.parallel("sum-up", count, total);
    return List.of(sent.getFirst(), both.get(count) + " sent, " + both.get(total) + " labels");
  }

  // [end]

  // [README waiting]
  String decide(Order order, RunContext run) {
    Optional<Approval> approval = run.await("approval", Approval.class, ofDays(2));
    if (approval.isPresent()) {
      return "approved by " + approval.get().by();
    }
    run.sleepUntil("morning", run.now().plus(ofHours(8)));
    return run.awaitAny(ofDays(5), "approval", "withdrawal")
        .map(signal -> signal.name() + " after all")
        .orElse("nobody has said anything");
  }

  // [end]

  // [README children]
  String supply(Order order, RunContext run) {
    var label = run.child("label", "labels", order.id(), String.class); // waits, without a thread
    var other = run.startChild("thank", "thank", order.id()); // goes on; the id of the run
    return label + (other.isEmpty() ? "" : ", and thanks");
  }

  // [end]

  // [README compensation]
  private void refund(Order order, Compensation compensation) throws IOException {
    if (compensation.undoes() == Compensation.Undoes.UNKNOWN) {
      compensation.log("The charge may or may not have gone through; the bank will know.");
    }
    world.refund(order.id(), compensation.idempotencyKey());
  }

  // [end]

  // [README recorded]
  String draw(List<String> names, RunContext run) {
    var winner = names.get((int) (run.random() * names.size()));
    var drawn = run.now();
    var ticket = run.uuid();
    run.sleep("suspense", ofDays(1)); // behind it the body runs again, and draws the same
    return winner + " on " + drawn + ", ticket " + ticket;
  }

  // [end]

  Workflow<String, String> labels() {
    return Workflow.named("labels").input(String.class, "box").code(String.class, this::label);
  }

  Workflow<String, String> thank() {
    return Workflow.named("thank")
        .input(String.class, "17")
        .step("thank", String.class, (order, step) -> "thanks for " + order)
        .build();
  }

  Workflow<Order, List<String>> packing() {
    return Workflow.named("packing")
        .input(Order.class, new Order("17", List.of("teapot")))
        .code(new TypeToken<List<String>>() {}, this::pack);
  }

  static Order example() {
    return new Order("17", List.of("teapot", "cup"));
  }

  Workflow<Order, String> deciding() {
    return Workflow.named("deciding")
        .input(Order.class, example())
        .code(String.class, this::decide);
  }

  Workflow<Order, String> supplying() {
    return Workflow.named("supplying")
        .input(Order.class, example())
        .code(String.class, this::supply);
  }

  Workflow<List<String>, String> drawing() {
    return Workflow.named("drawing")
        .input(new TypeToken<List<String>>() {}, List.of("ann"))
        .code(String.class, this::draw);
  }

  // [README embedded]
  static int sales(Path directory, Workflow<Order, String> orders, Workflow<?, ?> thank)
      throws Exception {
    try (var perdure = Perdure.open(directory, orders, thank)) {
      RunId id = perdure.start(orders, new Order("18", List.of("cup")), "order-18");
      perdure.cancel(id);
      RunDetail run = perdure.await(id, ofMinutes(1)).orElseThrow();
      System.out.println(run.run().status());
      return perdure.read(Lessons::countSales);
    }
  }

  private static int countSales(Connection connection) throws SQLException {
    try (var query = connection.createStatement();
        var rows = query.executeQuery("SELECT count(*) FROM shop_sales")) {
      rows.next();
      return rows.getInt(1);
    }
  }
  // [end]
}
