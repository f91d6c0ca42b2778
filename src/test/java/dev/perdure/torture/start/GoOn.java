package dev.perdure.torture.start;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.perdure.torture.Client;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Waits until every run has gone on: it has ended, or is blocked, or waits for what is to come. */
final class GoOn implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration FAR = Duration.ofHours(1);
  private static final int PAGE = 200;

  private final Client client;
  private final long end = System.nanoTime() + PATIENCE.toNanos();

  GoOn(URI server) {
    this.client = new Client(server);
  }

  void awaitAll() throws IOException, InterruptedException {
    while (awaitPending() | awaitRunning()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("They do not go on.");
      }
    }
  }

  /** Sends a signal to some that wait for one. */
  void signal(int count, SplittableRandom random) throws IOException, InterruptedException {
    var waiting = new ArrayList<>(page("running&workflow=" + UnfinishedWorkflows.SIGNAL, ""));
    Collections.shuffle(waiting, Random.from(random));
    for (var run : waiting.subList(0, Math.min(count, waiting.size()))) {
      var path = path(run) + "/signals/" + UnfinishedWorkflows.WAKE_UP;
      if (!client.post(path, "-", new JsonPrimitive("up")).isAck()) {
        throw new IllegalStateException("A signal was refused: " + path);
      }
    }
  }

  /** The newest one begins last. Says whether there were any. */
  private boolean awaitPending() throws IOException, InterruptedException {
    var newest = page("pending", "");
    if (!newest.isEmpty()) {
      await(newest.getFirst(), GoOn::isPending);
    }
    return !newest.isEmpty();
  }

  private boolean awaitRunning() throws IOException, InterruptedException {
    boolean waited = false;
    var cursor = "";
    do {
      var page = client.get("/api/runs?limit=" + PAGE + "&status=running" + cursor).json();
      for (var run : runs(page)) {
        if (isMoving(run)) {
          waited = true;
          await(run, GoOn::isMoving);
        }
      }
      var next = page.get("nextCursor");
      cursor = next.isJsonNull() ? "" : "&cursor=" + next.getAsString();
    } while (!cursor.isEmpty());
    return waited;
  }

  private List<JsonObject> page(String status, String cursor)
      throws IOException, InterruptedException {
    return runs(client.get("/api/runs?limit=" + PAGE + "&status=" + status + cursor).json());
  }

  private static List<JsonObject> runs(JsonObject page) {
    return page.getAsJsonArray("runs").asList().stream().map(JsonElement::getAsJsonObject).toList();
  }

  private void await(JsonObject run, Predicate<JsonObject> condition)
      throws IOException, InterruptedException {
    var answer = client.get(path(run));
    while (condition.test(answer.json()) && System.nanoTime() < end) {
      var next = client.get(path(run) + "?wait=5", "If-None-Match", answer.etag());
      answer = next.status() == 304 ? answer : next;
    }
  }

  private static String path(JsonObject run) {
    return "/api/runs/" + run.get("runId").getAsString();
  }

  private static boolean isPending(JsonObject run) {
    return run.get("status").getAsString().equals("pending");
  }

  /** Whether more is to be expected of it now, or soon. */
  private static boolean isMoving(JsonObject run) {
    if (!run.get("status").getAsString().equals("running")) {
      return isPending(run);
    }
    if (run.get("waitingFor").isJsonNull()) {
      return true;
    }
    var waitingFor = run.getAsJsonObject("waitingFor");
    var until = waitingFor.get("until");
    return switch (waitingFor.get("kind").getAsString()) {
      case "timer", "retry" -> Instant.parse(until.getAsString()).isBefore(Instant.now().plus(FAR));
      case "signal" -> false;
      default -> true;
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
