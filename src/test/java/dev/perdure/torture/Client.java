package dev.perdure.torture;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Talks to one server. Every answer is read as a whole before it is given. Thread-safe. */
public final class Client implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final URI server;

  public Client(URI server) {
    this.server = server;
  }

  /** An answer as a whole. */
  public record Answer(int status, JsonObject json, String etag) {

    public boolean isAck() {
      return status / 100 == 2;
    }

    public boolean isRefusal() {
      return status / 100 == 4;
    }

    public String text(String name) {
      return json.get(name).getAsString();
    }

    private static Answer of(HttpResponse<String> answer) {
      var body = answer.body();
      return new Answer(
          answer.statusCode(),
          body.isBlank() ? new JsonObject() : JsonParser.parseString(body).getAsJsonObject(),
          answer.headers().firstValue("ETag").orElse(""));
    }
  }

  public Answer get(String path, String... headers) throws IOException, InterruptedException {
    return send(request(path, headers).GET().build());
  }

  /** A key of "-" is none. */
  public Answer post(String path, String key, JsonElement body)
      throws IOException, InterruptedException {
    var request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    if (!key.equals("-")) {
      request.header("Idempotency-Key", key);
    }
    return send(request.build());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request = HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE);
    return headers.length == 0 ? request : request.headers(headers);
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    return Answer.of(http.send(request, BodyHandlers.ofString()));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
