package dev.perdure.examples;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Requests over HTTP, blocking: a thread that waits costs next to nothing. */
final class HttpCalls {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  HttpResponse<String> get(URI address) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(address).GET());
  }

  HttpResponse<String> post(HttpRequest.Builder request, JsonElement body)
      throws IOException, InterruptedException {
    return send(
        request
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** The text of a field of an answer. */
  static String text(HttpResponse<String> answer, String field) {
    return JsonParser.parseString(answer.body()).getAsJsonObject().get(field).getAsString();
  }

  /** An answer that says neither yes nor no: worth another try. */
  static IOException unexpected(HttpResponse<String> answer) {
    return new IOException(answer.request().uri() + " answered " + answer.statusCode() + ".");
  }

  /** The value of an environment variable that the provider of a workflow is set up with. */
  static URI address(String variable, String otherwise) {
    var value = System.getenv(variable);
    return URI.create(value == null ? otherwise : value);
  }
}
