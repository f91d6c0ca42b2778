package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.UNSUPPORTED_MEDIA_TYPE;

import dev.perdure.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The body of a request as text, of which it is sure that the client calls it JSON in UTF-8. */
final class JsonBody {

  private static final Pattern JSON_TYPE =
      Pattern.compile("application/json\\s*(;\\s*charset=\"?utf-8\"?\\s*)?");

  private JsonBody() {}

  /** A body that has to be there. */
  static String required(HttpServletRequest request) throws IOException {
    checkType(request);
    return read(request);
  }

  /** A body that may be missing, and then needs no type. */
  static String optional(HttpServletRequest request) throws IOException {
    var text = read(request);
    if (!text.isBlank() || request.getContentType() != null) {
      checkType(request);
    }
    return text;
  }

  private static String read(HttpServletRequest request) throws IOException {
    return JsonText.decode(request.getInputStream().readAllBytes());
  }

  private static void checkType(HttpServletRequest request) {
    var type = request.getContentType();
    var encoding = request.getHeader("Content-Encoding");
    if (type == null || !JSON_TYPE.matcher(type.strip().toLowerCase(Locale.ROOT)).matches()) {
      throw Problem.of(
              UNSUPPORTED_MEDIA_TYPE,
              "The body must be JSON in UTF-8, with Content-Type: application/json.")
          .asException();
    }
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Problem.of(UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.").asException();
    }
  }
}
