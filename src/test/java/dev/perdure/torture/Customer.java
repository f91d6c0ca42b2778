package dev.perdure.torture;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.perdure.torture.Client.Answer;
import dev.perdure.torture.Workload.Start;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/** One client of a {@link Workload}. Used by one thread. */
final class Customer {

  /** Of a 503: what is refused for these is not stored. */
  private static final Set<String> NOT_STORED = Set.of("full", "disk-full", "standby");

  private static final int REMEMBERED = 20;
  private static final Duration AFTER_A_REFUSAL = Duration.ofMillis(10);

  /** How often each is begun, by its share. */
  private static final List<String> MIX =
      List.of(
          TortureWorkflows.SEQUENCE,
          TortureWorkflows.SEQUENCE,
          TortureWorkflows.SEQUENCE,
          TortureWorkflows.SHORT,
          TortureWorkflows.SHORT,
          TortureWorkflows.CODE,
          TortureWorkflows.CODE,
          TortureWorkflows.FAN_OUT,
          TortureWorkflows.APPROVAL,
          TortureWorkflows.APPROVAL,
          TortureWorkflows.PARENT,
          TortureWorkflows.UNDO,
          TortureWorkflows.ONCE,
          TortureWorkflows.ZOMBIE);

  private final Client client;
  private final AckLedger acks;
  private final Queue<Start> unknown;
  private final String name;
  private final SplittableRandom random;
  private final List<String> runs = new ArrayList<>();
  private final List<String> approvals = new ArrayList<>();
  private int made;

  Customer(
      Client client, AckLedger acks, Queue<Start> unknown, String name, SplittableRandom random) {
    this.client = client;
    this.acks = acks;
    this.unknown = unknown;
    this.name = name;
    this.random = random;
  }

  /** Asks until it has asked so often, is to stop, or the server is gone. */
  void ask(int requests, CountDownLatch stop) {
    try {
      for (int i = 0; i < requests && stop.getCount() > 0; i++) {
        if (!next()) {
          Workload.pause(stop, AFTER_A_REFUSAL);
        }
      }
    } catch (IOException e) {
      // The server is gone, which is what this is about.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean next() throws IOException, InterruptedException {
    int choice = random.nextInt(100);
    if (choice < 6 && !unknown.isEmpty()) {
      var again = unknown.poll();
      return again == null || start(again);
    }
    if (choice < 12 && !approvals.isEmpty()) {
      return signal(approvals.removeFirst());
    }
    if (choice < 18 && !runs.isEmpty()) {
      return cancel(anyRun());
    }
    if (choice < 34 && !runs.isEmpty()) {
      return look(anyRun());
    }
    if (choice < 36) {
      return ask(new Start("torture-unknown", nonce(), 1, "-"));
    }
    return startAny();
  }

  private String anyRun() {
    return runs.get(random.nextInt(runs.size()));
  }

  private String nonce() {
    return "n" + name + "." + made++;
  }

  // Starting

  private boolean startAny() throws IOException, InterruptedException {
    var workflow = MIX.get(random.nextInt(MIX.size()));
    var nonce = nonce();
    var key = random.nextBoolean() ? "k-" + nonce : "-";
    var start = new Start(workflow, nonce, random.nextLong() >>> 12, key);
    boolean acknowledged = start(start);
    if (acknowledged && !key.equals("-") && random.nextInt(4) == 0) {
      return start(start);
    }
    return acknowledged;
  }

  /** One with a key is kept to be repeated until it is known what came of it. */
  private boolean start(Start start) throws IOException, InterruptedException {
    try {
      boolean known = ask(start);
      if (!known) {
        keep(start);
      }
      return known;
    } catch (IOException e) {
      keep(start);
      throw e;
    }
  }

  private void keep(Start start) {
    if (!start.key().equals("-")) {
      unknown.add(start);
    }
  }

  private boolean ask(Start start) throws IOException, InterruptedException {
    var answer = client.post("/api/runs", start.key(), body(start));
    if (answer.isAck()) {
      var run = answer.text("runId");
      acks.run(run, start.workflow(), start.nonce(), start.key());
      remember(run, start.workflow());
    } else if (isNotStored(answer) && start.key().equals("-")) {
      acks.refused(start.nonce());
    }
    return answer.isAck() || answer.isRefusal();
  }

  private static JsonObject body(Start start) {
    var input = new JsonObject();
    input.addProperty("nonce", start.nonce());
    input.addProperty("seed", start.seed());
    var body = new JsonObject();
    body.addProperty("workflow", start.workflow());
    body.add("input", input);
    return body;
  }

  private static boolean isNotStored(Answer answer) {
    return answer.isRefusal()
        || (answer.status() == 503 && NOT_STORED.contains(answer.text("code")));
  }

  private void remember(String run, String workflow) {
    runs.add(run);
    if (runs.size() > REMEMBERED) {
      runs.removeFirst();
    }
    if (workflow.equals(TortureWorkflows.APPROVAL)) {
      approvals.add(run);
    }
  }

  // The rest

  /** One that the run no longer takes is refused, which is right. */
  private boolean signal(String run) throws IOException, InterruptedException {
    var key = "s-" + run;
    var payload = new JsonPrimitive("go on");
    var answer = client.post("/api/runs/" + run + "/signals/" + TortureWorkflows.GO, key, payload);
    if (answer.isAck()) {
      acks.signal(run, TortureWorkflows.GO, key);
    }
    return answer.isAck() || answer.isRefusal();
  }

  private boolean cancel(String run) throws IOException, InterruptedException {
    var answer = client.post("/api/runs/" + run + "/cancel", "-", new JsonObject());
    if (answer.isAck()) {
      acks.cancel(run);
    }
    return answer.isAck() || answer.isRefusal();
  }

  /** What a reader has seen must stay. */
  private boolean look(String run) throws IOException, InterruptedException {
    var answer = client.get("/api/runs/" + run);
    if (answer.status() == 404) {
      throw new AssertionError("An acknowledged run is not found: " + run);
    }
    if (answer.isAck()) {
      Seen.of(answer.json()).noteIn(acks);
    }
    return answer.isAck();
  }
}
