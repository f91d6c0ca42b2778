package dev.perdure.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/**
 * A connection that is kept, with next to no cost of its own: the client shares the processors with
 * the server that it measures. Speaks as much HTTP/1.1 as Perdure does. Not thread-safe.
 */
final class HttpConnection implements AutoCloseable {

  /** One answer. */
  record Answer(int status, String body) {

    Answer expect(int wanted) {
      if (status != wanted) {
        throw new IllegalStateException("Answered " + status + ": " + body);
      }
      return this;
    }
  }

  private final Socket socket;
  private final InputStream in;
  private final String host;

  HttpConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
    host = "Host: 127.0.0.1:" + port + "\r\n";
  }

  Answer get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\n" + host + "\r\n");
  }

  /**
   * @param body JSON, in ASCII
   */
  Answer post(String path, String body) throws IOException {
    return send(
        "POST "
            + path
            + " HTTP/1.1\r\n"
            + host
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private Answer send(String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    int status = Integer.parseInt(line().substring(9, 12));
    int length = -1;
    boolean chunked = false;
    for (var header = line(); !header.isEmpty(); header = line()) {
      var lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = true;
      }
    }
    var body = chunked ? chunks() : in.readNBytes(Math.max(0, length));
    return new Answer(status, new String(body, UTF_8));
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      body.write(in.readNBytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  private String line() throws IOException {
    var line = new StringBuilder(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("The server has closed the connection.");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
