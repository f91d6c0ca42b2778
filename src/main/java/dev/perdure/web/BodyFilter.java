package dev.perdure.web;

import static dev.perdure.web.ProblemCode.BODY_TOO_LARGE;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Receives the body of a request before a servlet sees it, within bounds of size and time. A body
 * that has not arrived yet is waited for without a thread, so that clients that trickle theirs can
 * not use the threads up; when it is there the request is dispatched anew and goes on.
 */
final class BodyFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;
  private static final int LIMIT = 1 << 20;
  private static final int LIMIT_OPEN = 16 << 10;
  private static final int LIMIT_SIGNAL = 64 << 10;
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "DELETE");

  private final transient Duration deadline;

  BodyFilter(Duration deadline) {
    this.deadline = deadline;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    int limit = limitOf(request);
    if (request.getContentLengthLong() > limit) {
      throw tooLarge(limit).asException();
    }
    if (!WITH_BODY.contains(request.getMethod())) {
      chain.doFilter(request, response);
      return;
    }
    switch (BodyReceiver.resultOf(request)) {
      case BodyReceiver.Received received ->
          chain.doFilter(new BodyRequest(request, received.body), response);
      case BodyReceiver.Refused(var problem) -> throw problem.asException();
      case null -> {
        var body = alreadyThere(request);
        if (body != null) {
          chain.doFilter(new BodyRequest(request, body), response);
        } else {
          BodyReceiver.start(request, limit, deadline);
        }
      }
    }
  }

  static Problem tooLarge(int limit) {
    return Problem.of(BODY_TOO_LARGE, "The body may have " + limit + " bytes at most.")
        .with("limitBytes", limit)
        .closing();
  }

  /** What anyone may send has a smaller limit, and so has what waits in the journal. */
  private static int limitOf(HttpServletRequest request) {
    var path = WebPaths.of(request);
    if (WebPaths.isOpen(path)) {
      return LIMIT_OPEN;
    }
    return WebPaths.isSignal(path) ? LIMIT_SIGNAL : LIMIT;
  }

  /** The usual case: the body came together with the headers, and reading it blocks nobody. */
  private static byte @Nullable [] alreadyThere(HttpServletRequest request) throws IOException {
    long length = request.getContentLengthLong();
    if (length == 0) {
      return new byte[0];
    }
    var in = request.getInputStream();
    return length > 0 && in.available() >= length ? in.readNBytes((int) length) : null;
  }
}
