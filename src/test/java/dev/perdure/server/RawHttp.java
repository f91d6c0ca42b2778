package dev.perdure.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** HTTP over a bare socket, for requests that no decent client would send. */
record RawHttp(URI server) {

  private static final int ANSWER_WITHIN_MS = 10_000;

  /** What came back. */
  record Answer(String text) {

    int status() {
      return text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : -1;
    }

    Optional<String> header(String name) {
      var prefix = name.toLowerCase(Locale.ROOT) + ":";
      return Arrays.stream(text.split("\r\n\r\n", 2)[0].split("\r\n", -1))
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
          .map(line -> line.substring(prefix.length()).strip())
          .findFirst();
    }
  }

  /** Sends exactly this text and reads until the server ends the connection. */
  Answer send(String request) throws IOException {
    try (var socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(ANSWER_WITHIN_MS);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new Answer(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
    }
  }

  /** A request for exactly this target, with more header lines if need be. */
  Answer request(String method, String target, String... headerLines) throws IOException {
    var lines = new StringBuilder();
    for (var line : headerLines) {
      lines.append(line).append("\r\n");
    }
    return send(
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: "
            + server.getAuthority()
            + "\r\nConnection: close\r\n"
            + lines
            + "\r\n");
  }

  Answer get(String target, String... headerLines) throws IOException {
    return request("GET", target, headerLines);
  }
}
