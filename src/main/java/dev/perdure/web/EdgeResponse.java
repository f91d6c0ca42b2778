package dev.perdure.web;

import static dev.perdure.web.ProblemCode.BAD_REQUEST;
import static dev.perdure.web.ProblemCode.INTERNAL;
import static dev.perdure.web.ProblemCode.METHOD_NOT_ALLOWED;
import static dev.perdure.web.ProblemCode.NOT_FOUND;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Answers {@code sendError} in Perdure's words instead of with the container's own page. */
final class EdgeResponse extends HttpServletResponseWrapper {

  private final HttpServletRequest request;

  EdgeResponse(HttpServletRequest request, HttpServletResponse response) {
    super(response);
    this.request = request;
  }

  @Override
  public void sendError(int status) throws IOException {
    sendError(status, null);
  }

  @Override
  public void sendError(int status, @Nullable String message) throws IOException {
    var problem = Problem.of(codeOf(status), "The server answered with status " + status + ".");
    resetBuffer();
    ProblemAnswer.send(request, this, problem, RequestIds.of(request));
  }

  private static ProblemCode codeOf(int status) {
    return switch (status) {
      case SC_NOT_FOUND, SC_FORBIDDEN -> NOT_FOUND;
      case SC_METHOD_NOT_ALLOWED -> METHOD_NOT_ALLOWED;
      default -> status >= 500 ? INTERNAL : BAD_REQUEST;
    };
  }
}
