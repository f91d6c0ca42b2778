package dev.perdure.web.dashboard;

import dev.perdure.web.Access;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Signing in with the token or a link that is good once, and signing out again. */
final class LoginServlet extends PageServlet {

  private static final long serialVersionUID = 1L;
  private static final int TOO_MANY_REQUESTS = 429;

  private final transient Access access;

  LoginServlet(Pages pages, Access access) {
    super(pages);
    this.access = access;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!access.isRequired() || access.isSignedIn(request) || isLogout(request)) {
      seeOther(response, "./");
      return;
    }
    var link = request.getParameter("link");
    if (link == null) {
      form(request, response, HttpServletResponse.SC_OK, "");
    } else {
      answer(
          request,
          response,
          access.signInByLink(request, response, link),
          "This link has been used or is too old. Sign in with the token.");
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (isLogout(request)) {
      access.signOut(request, response);
      seeOther(response, access.isRequired() ? "./login" : "./");
    } else if (!access.isRequired()) {
      seeOther(response, "./");
    } else {
      var token = request.getParameter("token");
      answer(
          request,
          response,
          access.signIn(request, response, token == null ? "" : token.strip()),
          "This is not the token of this server.");
    }
  }

  private void answer(
      HttpServletRequest request,
      HttpServletResponse response,
      Access.Outcome outcome,
      String refusal)
      throws IOException {
    switch (outcome) {
      case Access.Outcome.Granted _ -> seeOther(response, "./");
      case Access.Outcome.Refused _ ->
          form(request, response, HttpServletResponse.SC_UNAUTHORIZED, refusal);
      case Access.Outcome.Throttled(var retryAfter) -> throttled(request, response, retryAfter);
    }
  }

  private void throttled(
      HttpServletRequest request, HttpServletResponse response, Duration retryAfter)
      throws IOException {
    long seconds = retryAfter.toSeconds() + 1;
    response.setHeader("Retry-After", Long.toString(seconds));
    form(
        request,
        response,
        TOO_MANY_REQUESTS,
        "There were too many wrong tokens from your address. Try again in " + seconds + " s.");
  }

  private void form(
      HttpServletRequest request, HttpServletResponse response, int status, String error)
      throws IOException {
    pages.send(
        response,
        status,
        "page/login.jte",
        Map.of("page", pages.still(request, "Sign in"), "error", error));
  }

  private static boolean isLogout(HttpServletRequest request) {
    return request.getServletPath().equals("/logout");
  }
}
