package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Perdure as a real process: the unpacked WAR that the build has made, on the Java that runs the
 * tests, with the {@link TrialWorkflows} installed. Whatever it says is kept beside its data.
 */
final class PerdureProcess implements AutoCloseable {

  private static final Path WEB_ROOT = Path.of("target/perdure");
  private static final String READY = "Perdure is ready: ";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final Path log;
  private volatile Instant readyAt = Instant.MIN;
  private final CompletableFuture<URI> ready = new CompletableFuture<>();

  private PerdureProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Thread.ofPlatform().daemon().start(this::readOutput);
  }

  /** Starts one in a directory that it may fill; does not wait until it is ready. */
  static PerdureProcess launch(Path directory, Map<String, String> settings) throws IOException {
    var log = directory.resolve("server.log");
    var temporary = Files.createDirectories(directory.resolve("tmp"));
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + temporary,
            "-Dperdure.webroot=" + WEB_ROOT,
            "-cp",
            WEB_ROOT + "/WEB-INF/lib/*:" + WEB_ROOT + "/WEB-INF/embedded/*",
            "dev.perdure.server.Main");
    builder.environment().keySet().removeIf(name -> name.startsWith("PERDURE_"));
    builder.environment().put("PERDURE_PORT", "0");
    builder.environment().put("PERDURE_DATA", directory.resolve("data").toString());
    builder.environment().put("PERDURE_WORKFLOWS", TrialWorkflows.jarIn(directory).toString());
    builder.environment().putAll(settings);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new PerdureProcess(builder.start(), log);
  }

  /** Starts one and waits until it is ready. */
  static PerdureProcess start(Path directory, Map<String, String> settings) throws IOException {
    var started = launch(directory, settings);
    var _ = started.url();
    return started;
  }

  private void readOutput() {
    try (BufferedReader output = process.inputReader()) {
      String line;
      while ((line = output.readLine()) != null) {
        if (line.startsWith(READY)) {
          readyAt = Instant.now();
          ready.complete(URI.create(line.substring(READY.length())));
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
    ready.completeExceptionally(new IllegalStateException("It ended before it was ready."));
  }

  /** Where it is reached; waits until it is ready. */
  URI url() {
    try {
      return ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("It did not become ready:\n" + log(), e);
    }
  }

  /** When it said that it was ready. */
  Instant readyAt() {
    return readyAt;
  }

  long pid() {
    return process.pid();
  }

  /** Everything that was logged in its directory. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "There is no log: " + e;
    }
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
    process.destroyForcibly();
    process.waitFor();
  }

  /** Asks it to end, as kill does. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end and answers its exit code. */
  int awaitExit() throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "It does not end.");
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }
}
