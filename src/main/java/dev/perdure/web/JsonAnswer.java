package dev.perdure.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;

/** Writes answers in JSON, as a stream. */
public final class JsonAnswer {

  /** Writes one JSON value. */
  @FunctionalInterface
  public interface Body {
    void writeTo(JsonWriter json) throws IOException;
  }

  private JsonAnswer() {}

  /** Sends a JSON body. Fields that are null are written, so that clients see every field. */
  public static void send(HttpServletResponse response, int status, Body body) throws IOException {
    send(response, status, "application/json", body);
  }

  static void send(HttpServletResponse response, int status, String contentType, Body body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(contentType);
    var json =
        new JsonWriter(
            new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), UTF_8)));
    json.setStrictness(Strictness.STRICT);
    json.setSerializeNulls(true);
    json.setHtmlSafe(true);
    body.writeTo(json);
    json.close();
  }
}
