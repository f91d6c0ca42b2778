package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.BAD_IDEMPOTENCY_KEY;

import dev.perdure.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header by which a client makes its request repeatable. */
final class IdempotencyHeader {

  private static final Pattern KEY = Pattern.compile("[ -~]{1,200}");

  private IdempotencyHeader() {}

  /** The key; null when the request has none. */
  static @Nullable String read(HttpServletRequest request) {
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
