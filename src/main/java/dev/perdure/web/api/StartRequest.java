package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.BAD_IDEMPOTENCY_KEY;
import static dev.perdure.web.ProblemCode.UNSUPPORTED_MEDIA_TYPE;

import dev.perdure.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The request to start a run.
 *
 * @param input JSON; null when the request has none
 * @param idempotencyKey null when the request has none
 */
record StartRequest(String workflow, @Nullable String input, @Nullable String idempotencyKey) {

  private static final Pattern KEY = Pattern.compile("[ -~]{1,200}");
  private static final Pattern JSON_TYPE =
      Pattern.compile("application/json\\s*(;\\s*charset=\"?utf-8\"?\\s*)?");

  /** Reads it; whatever is wrong with it ends the request. */
  static StartRequest read(HttpServletRequest request) throws IOException {
    checkType(request);
    var key = key(request);
    var envelope = StartEnvelope.parse(request.getInputStream().readAllBytes());
    return new StartRequest(envelope.workflow(), envelope.input(), key);
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

  private static @Nullable String key(HttpServletRequest request) {
    var keys = Collections.list(request.getHeaders("Idempotency-Key"));
    if (keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1 || !KEY.matcher(keys.getFirst()).matches()) {
      throw Problem.of(
              BAD_IDEMPOTENCY_KEY,
              "The header Idempotency-Key must be given once, with 1 to 200 printable ASCII"
                  + " characters.")
          .asException();
    }
    return keys.getFirst();
  }
}
