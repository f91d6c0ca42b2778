package dev.perdure.web.api;

import dev.perdure.web.PageTag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers to clients that say which state they know. */
final class Conditional {

  private static final String KNOWN = "If-None-Match";
  private static final Pattern WAITING = Pattern.compile("(?<![^&])(wait|until)=[^&]*(&|$)");

  private Conditional() {}

  /** Answers 304 when the client has what it would get; else says false. */
  static boolean sendUnchanged(
      PageTag tag, HttpServletRequest request, HttpServletResponse response, Instant now) {
    if (!tag.isKnownTo(request, now)) {
      return false;
    }
    response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
    response.setHeader("ETag", request.getHeader(KNOWN));
    return true;
  }

  /** Whether the client says that it knows some state, and it is not this one. */
  static boolean knowsAnother(PageTag tag, HttpServletRequest request, Instant now) {
    return request.getHeader(KNOWN) != null && !tag.isKnownTo(request, now);
  }

  static void tag(HttpServletResponse response, PageTag tag, @Nullable Instant validUntil) {
    response.setHeader("ETag", tag.header(validUntil));
  }

  /**
   * All that selects what a view shows, links in it included. How long to wait for it does not: who
   * has looked at a run may wait for it to change.
   */
  static String view(HttpServletRequest request) {
    var query = request.getQueryString();
    return request.getRequestURI()
        + "?"
        + (query == null ? "" : WAITING.matcher(query).replaceAll(""));
  }
}
