package dev.perdure.torture.storage;

import com.google.gson.JsonObject;
import dev.perdure.torture.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Waits until nothing more comes of a run by itself. */
final class Ends {

  private Ends() {}

  /** The run as it is then, or when the time is up. */
  static JsonObject await(Client client, String run, Duration atMost)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    var path = "/api/runs/" + run;
    var answer = client.get(path);
    while (isOpen(answer.json()) && System.nanoTime() < end) {
      var next = client.get(path + "?wait=5", "If-None-Match", answer.etag());
      answer = next.status() == 304 ? answer : next;
    }
    return answer.json();
  }

  private static boolean isOpen(JsonObject run) {
    return List.of("running", "pending").contains(run.get("status").getAsString());
  }
}
