package dev.perdure.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An HTTP client that sends exactly the bytes a test wants, because what has to be tried is what no
 * decent client sends. One request per connection.
 */
public final class Wire implements AutoCloseable {

  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket;

  private Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
  }

  /** A connection on which a request is sent piece by piece. */
  public static Wire open(int port) {
    try {
      return new Wire(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a whole request and reads the answer. */
  public static Reply exchange(int port, byte[] request) {
    try (var wire = new Wire(port)) {
      wire.send(request);
      return wire.reply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request as text, with what every client sends and then the given header lines. */
  public static byte[] request(String line, List<String> headers, byte[] body) {
    var head = new StringBuilder(line).append(" HTTP/1.1\r\n");
    if (headers.stream().noneMatch(header -> header.startsWith("Host:"))) {
      head.append("Host: localhost\r\n");
    }
    if (body.length > 0
        && headers.stream().noneMatch(h -> h.matches("(Content-Length|Transfer-Encoding):.*"))) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    headers.stream()
        .filter(header -> !header.equals("Host:"))
        .forEach(header -> head.append(header).append("\r\n"));
    head.append("Connection: close\r\n\r\n");
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.toString().getBytes(ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  public void send(String text) throws IOException {
    send(text.getBytes(UTF_8));
  }

  /** Reads until the server closes the connection. */
  public Reply reply() throws IOException {
    return Reply.parse(socket.getInputStream().readAllBytes());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** An answer, with the body freed from chunks. */
  public record Reply(int status, List<String> headers, String body) {

    static Reply parse(byte[] bytes) {
      var text = new String(bytes, ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        throw new IllegalStateException("No answer, but: \"" + text + "\"");
      }
      var lines = List.of(text.substring(0, end).split("\r\n", -1));
      var headers = lines.subList(1, lines.size());
      var raw = text.substring(end + 4);
      boolean chunked =
          headers.stream().anyMatch(h -> h.equalsIgnoreCase("Transfer-Encoding: chunked"));
      var body = new String((chunked ? unchunk(raw) : raw).getBytes(ISO_8859_1), UTF_8);
      return new Reply(Integer.parseInt(lines.getFirst().substring(9, 12)), headers, body);
    }

    private static String unchunk(String raw) {
      var body = new StringBuilder();
      int at = 0;
      while (at < raw.length()) {
        int lineEnd = raw.indexOf("\r\n", at);
        int size = Integer.parseInt(raw, at, lineEnd, 16);
        if (size == 0) {
          break;
        }
        body.append(raw, lineEnd + 2, lineEnd + 2 + size);
        at = lineEnd + 2 + size + 2;
      }
      return body.toString();
    }

    public Optional<String> header(String name) {
      var start = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(start))
          .map(header -> header.substring(start.length()).strip())
          .findFirst();
    }

    public JsonObject json() {
      return JsonParser.parseString(body).getAsJsonObject();
    }

    /** The text of a member of the body; empty where there is none. */
    public String text(String member) {
      JsonElement element = json().get(member);
      return element == null || element.isJsonNull() ? "" : element.getAsString();
    }

    /** The code of a problem. */
    public String code() {
      return text("code");
    }
  }
}
