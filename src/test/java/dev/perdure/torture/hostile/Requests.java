package dev.perdure.torture.hostile;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.perdure.torture.Target;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Predicate;

/** What a test asks of a server that may die meanwhile: an IOException says that it has. */
final class Requests {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Far more than anything here may take. */
  private static final Duration COMES_WITHIN = Duration.ofMinutes(3);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Target target;

  Requests(Target target) {
    this.target = target;
  }

  /** Starts a run, or finds the one that has been started with this key. */
  String start(String workflow, String input, String key) throws IOException, InterruptedException {
    var body = "{\"workflow\":\"" + workflow + "\",\"input\":" + input + "}";
    var answer =
        send(
            request("/api/runs")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body)));
    // Nothing was stored: it takes no more, or has left off reading.
    if (answer.statusCode() == 503 || answer.body().contains("\"incomplete-body\"")) {
      throw new IOException("It is about to end: " + answer.body());
    }
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return json(answer).get("runId").getAsString();
  }

  JsonObject run(String id) throws IOException, InterruptedException {
    return json(send(request("/api/runs/" + id)));
  }

  /** Whether it says that it is alive. */
  boolean isAlive() throws IOException, InterruptedException {
    return send(request("/health/live")).statusCode() == 200;
  }

  /**
   * The run as soon as it is so.
   *
   * @throws IllegalStateException when that does not come
   */
  JsonObject await(String id, Predicate<JsonObject> condition)
      throws IOException, InterruptedException {
    var answer = send(request("/api/runs/" + id));
    long end = System.nanoTime() + COMES_WITHIN.toNanos();
    while (System.nanoTime() < end) {
      if (answer.statusCode() == 200 && condition.test(json(answer))) {
        return json(answer);
      }
      answer = send(request("/api/runs/" + id + "?wait=30").header("If-None-Match", tagOf(answer)));
    }
    throw new IllegalStateException("This is all that came of it: " + answer.body());
  }

  private static String tagOf(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() == 503) {
      throw new IOException("It is about to end: " + answer.body());
    }
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  /** The run once nothing more comes of it by itself. */
  JsonObject awaitEnd(String id) throws IOException, InterruptedException {
    return await(id, run -> !status(run).equals("running") && !status(run).equals("pending"));
  }

  static String status(JsonObject run) {
    return run.get("status").getAsString();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(target.url().resolve(path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }
}
