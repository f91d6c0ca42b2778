package dev.perdure.web;

import static dev.perdure.web.ProblemCode.TOO_MANY_ATTEMPTS;
import static dev.perdure.web.ProblemCode.UNAUTHORIZED;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;

/**
 * Lets in who has the token or a session, where a token is needed. People who want a page are sent
 * to the login; everyone else gets a 401.
 */
final class AccessFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;
  private static final String SCHEME = "Bearer ";

  private final transient Access access;

  AccessFilter(Access access) {
    this.access = access;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (mayPass(request)) {
      chain.doFilter(request, response);
    } else if (isGet(request) && WebPaths.wantsPage(request)) {
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader("Location", request.getContextPath() + "/login");
    } else {
      throw Problem.of(
              UNAUTHORIZED,
              "Send the token in the header Authorization, as Bearer, or sign in with a browser.")
          .withHeader("WWW-Authenticate", "Bearer")
          .asException();
    }
  }

  private boolean mayPass(HttpServletRequest request) {
    return !access.isRequired()
        || WebPaths.isOpen(WebPaths.of(request))
        || access.isSignedIn(request)
        || hasToken(request);
  }

  private boolean hasToken(HttpServletRequest request) {
    var headers = Collections.list(request.getHeaders("Authorization"));
    if (headers.size() != 1
        || !headers.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    return switch (access.checkToken(request, headers.getFirst().substring(SCHEME.length()))) {
      case Access.Outcome.Granted _ -> true;
      case Access.Outcome.Refused _ -> false;
      case Access.Outcome.Throttled(var retryAfter) -> throw throttled(retryAfter);
    };
  }

  private static ProblemException throttled(Duration retryAfter) {
    return Problem.of(
            TOO_MANY_ATTEMPTS,
            "There were ten wrong tokens from this address within a minute. Try again later.")
        .retryAfter(Math.max(1, retryAfter.toSeconds() + 1))
        .asException();
  }

  private static boolean isGet(HttpServletRequest request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }
}
