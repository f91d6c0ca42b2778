package dev.perdure.torture;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives every run of a server the time to come to its end: sends the signals that are waited for,
 * and waits. What has not ended afterwards is for the {@link Audit} to judge.
 */
public final class Settle {

  private static final int WAIT_SECONDS = 5;
  private static final int LOOKS_AT_THE_SAME = 5;

  private final Client client;
  private final long deadline;

  private Settle(Client client, Duration atMost) {
    this.client = client;
    this.deadline = System.nanoTime() + atMost.toNanos();
  }

  /** Answers how many runs have not ended and are not blocked when the time is up: 0 is good. */
  public static int within(URI server, Duration atMost) throws IOException, InterruptedException {
    try (var client = new Client(server)) {
      return new Settle(client, atMost).settle();
    }
  }

  private int settle() throws IOException, InterruptedException {
    var open = unfinished();
    int unchanged = 0;
    while (!open.isEmpty() && unchanged < LOOKS_AT_THE_SAME && System.nanoTime() < deadline) {
      for (var run : open) {
        goOn(run);
      }
      var before = open;
      open = unfinished();
      boolean isStuck = open.equals(before) && open.stream().allMatch(this::waitsForChild);
      unchanged = isStuck ? unchanged + 1 : 0;
    }
    return open.size();
  }

  private List<JsonObject> unfinished() throws IOException, InterruptedException {
    var all = new ArrayList<JsonObject>();
    for (var status : List.of("running", "pending")) {
      var cursor = "";
      do {
        var page = client.get("/api/runs?limit=200&status=" + status + cursor).json();
        page.getAsJsonArray("runs").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .forEach(all::add);
        var next = page.get("nextCursor");
        cursor = next.isJsonNull() ? "" : "&cursor=" + next.getAsString();
      } while (!cursor.isEmpty());
    }
    return all;
  }

  private static boolean waitsFor(JsonObject run, String kind) {
    var waiting = run.get("waitingFor");
    return !waiting.isJsonNull()
        && waiting.getAsJsonObject().get("kind").getAsString().equals(kind);
  }

  /** Its child may be blocked, and then nothing more happens, however long one waits. */
  private boolean waitsForChild(JsonObject run) {
    return waitsFor(run, "child");
  }

  private void goOn(JsonObject listed) throws IOException, InterruptedException {
    var path = "/api/runs/" + listed.get("runId").getAsString();
    var answer = client.get(path);
    while (isOpen(answer.json()) && System.nanoTime() < deadline) {
      if (waitsForChild(answer.json())) {
        // Its child may have its turn behind it in the list.
        var _ = client.get(path + "?wait=1", "If-None-Match", answer.etag());
        return;
      }
      if (waitsFor(answer.json(), "signal")) {
        client.post(
            path + "/signals/" + TortureWorkflows.GO,
            "settle-" + path.hashCode(),
            new JsonPrimitive("go on"));
      }
      var next = client.get(path + "?wait=" + WAIT_SECONDS, "If-None-Match", answer.etag());
      answer = next.status() == 304 ? answer : next;
    }
  }

  private static boolean isOpen(JsonObject run) {
    return List.of("running", "pending").contains(run.get("status").getAsString());
  }
}
