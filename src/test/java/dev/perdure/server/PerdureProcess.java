package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.perdure.torture.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Perdure as a real process with the {@link TrialWorkflows} installed, and what a test asks it. */
final class PerdureProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Target target;

  private PerdureProcess(Target target) {
    this.target = target;
  }

  /** Starts one in a directory that it may fill; does not wait until it is ready. */
  static PerdureProcess launch(Path directory, Map<String, String> settings) throws IOException {
    return new PerdureProcess(
        Target.in(directory).workflows(TrialWorkflows.class).env(settings).launch());
  }

  /** Starts one and waits until it is ready. */
  static PerdureProcess start(Path directory, Map<String, String> settings) throws IOException {
    var started = launch(directory, settings);
    var _ = started.url();
    return started;
  }

  /** Where it is reached; waits until it is ready. */
  URI url() {
    return target.url();
  }

  /** When it said that it was ready. */
  Instant readyAt() {
    return target.readyAt();
  }

  long pid() {
    return target.pid();
  }

  /** Everything that was logged in its directory. */
  String log() {
    return target.log();
  }

  // Requests

  HttpResponse<String> get(String path, String... headers) throws Exception {
    return HTTP.send(request(path, headers).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String workflow, String... headers) throws Exception {
    var body = new JsonObject();
    body.addProperty("workflow", workflow);
    var request =
        request("/api/runs", headers)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request = HttpRequest.newBuilder(url().resolve(path)).timeout(PATIENCE);
    return headers.length == 0 ? request : request.headers(headers);
  }

  /** Starts a run and answers its id. */
  String startRun(String workflow) throws Exception {
    var answer = post(workflow);
    assertTrue(answer.statusCode() == 201, () -> answer + "\n" + answer.body());
    return RunView.parse(answer.body()).id();
  }

  RunView run(String id) throws Exception {
    return RunView.parse(get("/api/runs/" + id).body());
  }

  /** The run as soon as it is so; the server is asked again after each of its changes. */
  RunView await(String id, Predicate<RunView> condition) throws Exception {
    var path = "/api/runs/" + id;
    var answer = get(path);
    for (int change = 0; change < 1_000; change++) {
      if (answer.statusCode() == 200 && condition.test(RunView.parse(answer.body()))) {
        return RunView.parse(answer.body());
      }
      var tag = answer.headers().firstValue("ETag").orElseThrow();
      answer = get(path + "?wait=30", "If-None-Match", tag);
    }
    throw new AssertionError("Waited for too many changes: " + answer.body());
  }

  RunView awaitEnd(String id) throws Exception {
    return await(id, run -> !List.of("pending", "running").contains(run.status()));
  }

  // Ends

  /** Kills it as kill -9 does, and waits until it is gone. */
  void kill() throws InterruptedException {
    target.kill();
  }

  /** Asks it to end, as kill does. */
  void terminate() throws IOException, InterruptedException {
    target.signal("TERM");
  }

  /** Waits for its end and answers its exit code. */
  int awaitExit() throws InterruptedException {
    return target.awaitExit(PATIENCE);
  }

  @Override
  public void close() {
    target.close();
  }

  static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }
}
