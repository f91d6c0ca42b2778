package dev.perdure.web.api;

import dev.perdure.web.Problem;
import dev.perdure.web.ProblemCode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Every path under {@code /api} that is nothing else. */
final class NothingServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) {
    throw notFound();
  }

  static RuntimeException notFound() {
    return Problem.of(
            ProblemCode.NOT_FOUND,
            "There is nothing at this path. The API has /api/workflows, /api/runs, /api/runs/{id}"
                + " and below that /cancel, /signals/{name} and /steps/{ordinal}/log.")
        .asException();
  }
}
