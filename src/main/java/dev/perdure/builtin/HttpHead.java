package dev.perdure.builtin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.util.Base64;
import java.util.regex.Pattern;

/** The heads of an HTTP/1.1 request and of its answer. */
final class HttpHead {

  private static final int BYTES_MAX = 64 * 1024;
  private static final int INTERIM_ANSWERS_MAX = 10;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");

  private HttpHead() {}

  /** A GET of the address that asks for nothing after it. */
  static byte[] request(URI uri) {
    // In this form the address is ASCII without spaces, so that it can not add lines of its own.
    var ascii = URI.create(uri.toASCIIString());
    var path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    var query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
    var port = ascii.getPort() < 0 ? "" : ":" + ascii.getPort();
    return """
    GET %s%s HTTP/1.1\r
    Host: %s%s\r
    User-Agent: Perdure\r
    Accept: */*\r
    Connection: close\r
    %s\r
    """
        .formatted(path, query, ascii.getHost(), port, credentials(uri))
        .getBytes(ISO_8859_1);
  }

  /**
   * Reads the head of the answer and nothing after it, at most 64 KiB.
   *
   * @return its status
   * @throws ProtocolException it is no HTTP or too long
   * @throws EOFException it ended early
   */
  static int readStatus(InputStream in) throws IOException {
    for (int i = 0; i < INTERIM_ANSWERS_MAX; i++) {
      int status = status(readHead(in));
      if (status >= 200 || status == 101) {
        return status;
      }
    }
    throw new ProtocolException("There are too many interim answers.");
  }

  private static String credentials(URI uri) {
    var credentials = uri.getUserInfo();
    return credentials == null
        ? ""
        : "Authorization: Basic "
            + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8))
            + "\r\n";
  }

  private static int status(String head) throws ProtocolException {
    var matcher = STATUS.matcher(head.lines().findFirst().orElse(""));
    if (!matcher.matches()) {
      throw new ProtocolException("There is no status line.");
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** All up to the first empty line. */
  private static String readHead(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    boolean lineIsEmpty = false;
    while (head.size() < BYTES_MAX) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      if (next == '\n' && lineIsEmpty) {
        return head.toString(ISO_8859_1);
      }
      if (next != '\r') {
        lineIsEmpty = next == '\n';
      }
      head.write(next);
    }
    throw new ProtocolException("The head is longer than " + BYTES_MAX + " bytes.");
  }
}
