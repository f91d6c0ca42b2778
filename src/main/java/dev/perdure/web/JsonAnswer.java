package dev.perdure.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;

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
    var json = new JsonWriter(new BufferedWriter(writer(response)));
    json.setStrictness(Strictness.STRICT);
    json.setSerializeNulls(true);
    json.setHtmlSafe(true);
    body.writeTo(json);
    json.close();
  }

  /**
   * Writes text as a stream. An answer that fits into the container's buffer leaves it whole, with
   * its length.
   */
  public static Writer writer(HttpServletResponse response) throws IOException {
    return new OutputStreamWriter(new LeavesWhole(response.getOutputStream()), UTF_8);
  }

  /**
   * A writer flushes what is below it before it closes it. The container would send what it has as
   * a first chunk, and the end as another: two packets and two system calls for each answer.
   */
  private static final class LeavesWhole extends FilterOutputStream {

    LeavesWhole(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() {
      // Closing sends what is left.
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
