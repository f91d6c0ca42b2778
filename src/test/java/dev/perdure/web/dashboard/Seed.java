package dev.perdure.web.dashboard;

import dev.perdure.engine.InstalledWorkflow;
import dev.perdure.engine.Zombie;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Ending;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepProgress;
import dev.perdure.journal.StoredValue;
import dev.perdure.journal.WaitingFor;
import dev.perdure.web.dashboard.RunBuilder.Extra;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Runs of every kind, as a journal would hold them. */
final class Seed {

  /** What may stand in any field that a user writes. */
  static final String HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

  static final ErrorRecord GATEWAY =
      new ErrorRecord(
          "error",
          "com.acme.PaymentException",
          "Payment gateway returned 502 for order ord-1003",
          """
          com.acme.PaymentException: Payment gateway returned 502 for order ord-1003
          \tat com.acme.Payments.charge(Payments.java:88)
          \tat com.acme.OrderFlow.charge(OrderFlow.java:41)
          \tat dev.perdure.engine.Attempt.call(Attempt.java:61)
          \tat dev.perdure.engine.StepRunner.run(StepRunner.java:120)
          \tat java.base/java.util.concurrent.FutureTask.run(FutureTask.java:317)
          \tat java.base/java.lang.VirtualThread.run(VirtualThread.java:309)
          Caused by: java.net.SocketTimeoutException: Read timed out
          \tat java.base/sun.nio.ch.NioSocketImpl.read(NioSocketImpl.java:278)
          \tat java.base/java.net.Socket$SocketInputStream.read(Socket.java:1099)
          \tat com.acme.Http.post(Http.java:19)
          \t... 6 more
          """);

  private static final String REPORT =
      """
      {"success":0.985,"markdown":"# Platform summary\\n\\nThe last 24 hours: **212 runs**, 98.5 %% \
      completed, [open the runs](https://example.org/runs).\\n\\n| Workflow | Runs | Failed | p95 |\\n\
      |---|--:|--:|--:|\\n| order-fulfilment | 154 | 3 | 1.9 s |\\n| platform-health-check | 48 | 0 | \
      0.4 s |\\n| nightly-summary | 1 | 0 | 0.2 s |\\n\\n## Most frequent errors\\n\\n1. `charge-card`: \
      Payment gateway returned 502 (3 times)\\n2. `reserve-stock`: Lock not available (once)\\n\\n\
      > All services were up for the whole day.\\n\\n<script>alert(3)</script> [x](javascript:alert(4)) \
      ![i](https://example.org/i.png)"}\
      """
          .replace("%%", "%");

  private final Instant now;
  private int number;

  Seed(Instant now) {
    this.now = now;
  }

  private RunBuilder run(String workflow, long secondsAgo) {
    var at = now.minusSeconds(secondsAgo);
    return new RunBuilder(RunBuilder.idAt(at, number++), workflow, at);
  }

  private RunBuilder order(long secondsAgo) {
    return run("order-fulfilment", secondsAgo)
        .input(
            "{\"orderId\":\"ord-1003\",\"items\":[{\"sku\":\"A-1\",\"qty\":2}],\"total\":4999,"
                + "\"apiToken\":\"tok_live_1\"}")
        .plan("validate", "reserve-stock", "charge-card", "send-email");
  }

  RunDetail ok(long secondsAgo) {
    return order(secondsAgo)
        .completed("validate", 2, 55, "{\"valid\":true}")
        .completed("reserve-stock", 58, 290, "{\"reserved\":2}")
        .completed("charge-card", 295, 1_180, "{\"receipt\":\"r-778\"}")
        .completed("send-email", 1_184, 1_300, "{\"sent\":true}")
        .output(RunBuilder.value("{\"sent\":true}"))
        .completed(1_302);
  }

  RunDetail failed() {
    return order(660)
        .completed("validate", 2, 60, "{\"valid\":true}")
        .completed("reserve-stock", 62, 300, "{\"reserved\":2}")
        .tried(Outcome.FAILED, 310, 640, GATEWAY)
        .tried(Outcome.FAILED, 1_640, 1_900, GATEWAY)
        .tried(Outcome.FAILED, 3_900, 4_310, GATEWAY)
        .failed("charge-card", GATEWAY)
        .end(
            Status.FAILED,
            new Reason(
                "step-failed",
                "Step \"charge-card\" failed after 3 attempts: " + GATEWAY.message()),
            null,
            "charge-card",
            GATEWAY,
            4_312);
  }

  RunDetail retrying() {
    var wait =
        new WaitingFor(
            WaitingFor.Kind.RETRY, "charge-card", now.minusSeconds(3), now.plusSeconds(41));
    return order(9)
        .completed("validate", 2, 60, "{\"valid\":true}")
        .completed("reserve-stock", 62, 900, "{\"reserved\":2}")
        .tried(Outcome.FAILED, 910, 2_400, GATEWAY)
        .tried(Outcome.FAILED, 3_400, 6_000, GATEWAY)
        .waiting("charge-card", wait, GATEWAY)
        .end(
            Status.RUNNING,
            new Reason(
                "retrying", "Attempt 2 of 3 of step \"charge-card\" failed: " + GATEWAY.message()),
            wait,
            "charge-card",
            null,
            -1);
  }

  RunDetail running() {
    return run("platform-health-check", 5)
        .plan("ping-services", "generate-report")
        .running("ping-services", 3)
        .end(Status.RUNNING, null, null, null, null, -1);
  }

  RunDetail pending() {
    return order(2).end(Status.PENDING, null, null, null, null, -1);
  }

  RunDetail blocked() {
    var reason =
        new Reason(
            "strikes",
            "The process ended uncleanly 3 times in a row while step \"render\" ran, the last time"
                + " while nothing else did. Find out why before it runs again.");
    return run("image-resize", 1_900)
        .completed("download", 2, 900, "{}")
        .tried(Outcome.INTERRUPTED, 910, 2_000, null)
        .tried(Outcome.INTERRUPTED, 9_000, 11_000, null)
        .blocked("render", reason)
        .end(Status.BLOCKED, reason, null, null, null, -1);
  }

  RunDetail cancelled() {
    return order(2_400)
        .completed("validate", 2, 60, "{\"valid\":true}")
        .end(
            Status.CANCELLED,
            new Reason("cancelled", "Cancelled by a request."),
            null,
            null,
            null,
            70);
  }

  /** Completed on the attempt after a crash. */
  RunDetail resumed() {
    return order(3_000)
        .completed("validate", 2, 60, "{\"valid\":true}")
        .tried(Outcome.INTERRUPTED, 70, 1_200, null)
        .completed("reserve-stock", 4_100, 4_900, "{\"reserved\":2}")
        .completed("charge-card", 4_903, 6_000, "{\"receipt\":\"r-9\"}")
        .completed("send-email", 6_010, 6_200, "{\"sent\":true}")
        .output(RunBuilder.value("{\"sent\":true}"))
        .completed(6_201);
  }

  /** Everything that code can ask for, under way. */
  RunDetail shipment() {
    var due = now.plusSeconds(172_000);
    var approval = new WaitingFor(WaitingFor.Kind.SIGNAL, "approval", now.minusSeconds(40), due);
    var run = new WaitingFor(WaitingFor.Kind.CHILD, "deliver", now.minusSeconds(38), null);
    var sleep =
        new WaitingFor(WaitingFor.Kind.TIMER, "cool", now.minusSeconds(30), now.plusSeconds(7_300));
    var half = new StepProgress(0.42, "page 42 of 100", now);
    var builder =
        run("order-shipment", 50)
            .parent(RunBuilder.idAt(now.minusSeconds(60), 900))
            .deadline(now.plusSeconds(86_000))
            .completed("charge", 5, 900, "{\"receipt\":\"r-1\"}")
            .entry("now", "now", "", 1, Status.COMPLETED, 905, 905)
            .entry("version", "two-parcels", "", 2, Status.COMPLETED, 906, 906)
            .entry("transaction", "book-stock", "", 3, Status.COMPLETED, 910, 1_400)
            .entry("timer", "settle", "", 4, Status.COMPLETED, 1_410, 4_410)
            .entry("map", "pack", "", 5, Status.COMPLETED, 4_420, 8_000, Extra.items(4));
    for (int i = 0; i < 4; i++) {
      builder.entry("step", "pack", "5", i, Status.COMPLETED, 4_430 + i * 700L, 5_900 + i * 700L);
    }
    return builder
        .entry("parallel", "hand-over", "", 6, Status.RUNNING, 8_010, -1, Extra.items(3))
        .entry("branch", "papers", "6", 0, Status.RUNNING, 8_011, -1)
        .entry("branch", "sign-off", "6", 1, Status.RUNNING, 8_012, -1)
        .entry("branch", "delivery", "6", 2, Status.RUNNING, 8_013, -1)
        .entry(
            "step",
            "print",
            "6/0",
            0,
            Status.RUNNING,
            8_020,
            -1,
            new Extra(null, null, null, half, null))
        .entry(
            "signal",
            "approval",
            "6/1",
            0,
            Status.RUNNING,
            9_000,
            -1,
            Extra.waiting(approval, null))
        .entry(
            "start",
            "notify",
            "6/2",
            0,
            Status.COMPLETED,
            9_100,
            9_100,
            new Extra(null, null, null, null, RunBuilder.idAt(now, 901)))
        .entry(
            "child",
            "deliver",
            "6/2",
            1,
            Status.RUNNING,
            12_000,
            -1,
            Extra.waiting(run, RunBuilder.idAt(now, 902)))
        .entry("timer", "cool", "6/0", 1, Status.RUNNING, 20_000, -1, Extra.waiting(sleep, null))
        .end(Status.RUNNING, null, null, null, null, -1);
  }

  /** Ten thousand items, a third of them done. */
  RunDetail importing() {
    var builder =
        run("import-file", 120)
            .completed("read-file", 3, 700, "{\"rows\":10000}")
            .entry("map", "import-row", "", 1, Status.RUNNING, 710, -1, Extra.items(10_000));
    for (int i = 0; i < 420; i++) {
      boolean runs = i >= 412;
      builder.entry(
          "step",
          "import-row",
          "1",
          i,
          runs ? Status.RUNNING : Status.COMPLETED,
          720 + i * 40L,
          runs ? -1 : 900 + i * 40L);
    }
    return builder.end(Status.RUNNING, null, null, null, null, -1);
  }

  /** Failed, and undoing what it did. */
  RunDetail compensating() {
    return order(30)
        .ending(Ending.FAILED)
        .completed("validate", 2, 60, "{\"valid\":true}")
        .completed("reserve-stock", 62, 300, "{\"reserved\":2}")
        .tried(Outcome.FAILED, 310, 640, GATEWAY)
        .failed("charge-card", GATEWAY)
        .entry("compensation", "refund", "~", 1, Status.COMPLETED, 700, 1_900)
        .entry("compensation", "release-stock", "~", 0, Status.RUNNING, 1_910, -1)
        .end(
            Status.RUNNING,
            new Reason("step-failed", "Step \"charge-card\" failed: " + GATEWAY.message()),
            null,
            "charge-card",
            GATEWAY,
            -1);
  }

  /** Asked to be cancelled; what it does is still interrupted. */
  RunDetail cancelling() {
    return run("platform-health-check", 15)
        .ending(Ending.CANCELLED)
        .plan("ping-services", "generate-report")
        .running("ping-services", 3)
        .end(
            Status.RUNNING,
            new Reason("cancelled", "Cancelled by a request."),
            null,
            null,
            null,
            -1);
  }

  static List<StepLog> lines(Instant start, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new StepLog(1, "line " + i + " " + HOSTILE, start.plusMillis(i * 37L)))
        .toList();
  }

  RunDetail large() {
    return run("image-resize", 3_600)
        .completed("download", 1, 400, "{\"bytes\":1048576}")
        .output(new StoredValue(null, 1_048_576))
        .completed(402);
  }

  RunDetail summary() {
    return run("nightly-summary", 7_200)
        .plan("collect-stats", "write-summary")
        .completed("collect-stats", 1, 160, "{\"runs\":212}")
        .completed("write-summary", 162, 205, REPORT)
        .output(RunBuilder.value(REPORT))
        .completed(206);
  }

  RunDetail hostile() {
    var error = new ErrorRecord("error", "a." + HOSTILE, HOSTILE, HOSTILE + "\n\tat " + HOSTILE);
    return run(HOSTILE, 8_000)
        .input("{\"name\":\"<script>alert(1)</script>\",\"password\":\"hunter2\"}")
        .plan(HOSTILE, HOSTILE)
        .tried(Outcome.FAILED, 5, 9, error)
        .failed(HOSTILE, error)
        .output(RunBuilder.value("{\"markdown\":\"<img src=x onerror=alert(1)>\"}"))
        .end(Status.FAILED, new Reason("step-failed", HOSTILE), null, HOSTILE, error, 10);
  }

  RunDetail zombie() {
    var wait =
        new WaitingFor(WaitingFor.Kind.ZOMBIE, "scan", now.minusSeconds(8), now.plusSeconds(22));
    var error = new ErrorRecord("timeout", "java.util.concurrent.TimeoutException", "", null);
    return run("image-resize", 40)
        .tried(Outcome.FAILED, 10, 30_010, error)
        .waiting("scan", wait, error)
        .end(Status.RUNNING, null, wait, "scan", null, -1);
  }

  static List<Zombie> zombiesOf(RunDetail zombie, Instant now) {
    return List.of(
        new Zombie(
            zombie.run().id(),
            0,
            "scan",
            1,
            now.minusSeconds(8),
            List.of("com.acme.Scan.spin(Scan.java:12)", HOSTILE)));
  }

  static List<InstalledWorkflow> workflows(Instant now) {
    return List.of(
        new InstalledWorkflow(
            "nightly-summary",
            1,
            "Collects platform statistics and writes a Markdown summary.",
            "{\"hours\":24}",
            List.of(
                new StepPlan("collect-stats", 2, null), new StepPlan("write-summary", 2, 30_000L)),
            "0 2 * * *",
            now.plus(Duration.ofHours(9))),
        new InstalledWorkflow(
            "order-fulfilment",
            3,
            "Validates an order, reserves stock, charges the card and tells the customer.",
            "{\"orderId\":\"ord-1001\",\"items\":[{\"sku\":\"A-1\",\"qty\":2}],\"total\":4999}",
            List.of(
                new StepPlan("validate", 0, null),
                new StepPlan("reserve-stock", 2, 5_000L),
                new StepPlan("charge-card", 2, 30_000L),
                new StepPlan("send-email", 5, 120_000L)),
            null,
            null),
        new InstalledWorkflow(
            "platform-health-check",
            1,
            "Pings every service at once and writes a report on them.",
            "{\"services\":[]}",
            List.of(
                new StepPlan("ping-services", 1, 20_000L),
                new StepPlan("generate-report", 2, null)),
            null,
            null),
        new InstalledWorkflow(
            "hostile",
            1,
            HOSTILE,
            "{\"a\":\"</textarea>" + HOSTILE.replace("\"", "") + "\"}",
            List.of(),
            null,
            null));
  }
}
