package dev.perdure.web.api;

import dev.perdure.web.Problem;
import dev.perdure.web.ProblemCode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * A resource of the API. It answers GET, and HEAD like GET without the body, which the container
 * leaves out; one that takes POST says so. Every other method is a 405 that names these.
 */
abstract class ApiServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  /** Answers GET and HEAD. */
  abstract void get(HttpServletRequest request, HttpServletResponse response) throws IOException;

  /** What is answered at the path of this request. */
  Methods methods(HttpServletRequest request) {
    return Methods.READ;
  }

  /** Answers POST, where {@link #methods} has it. */
  void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var method = request.getMethod();
    var methods = methods(request);
    if ((method.equals("GET") || method.equals("HEAD")) && methods.takesGet()) {
      get(request, response);
    } else if (method.equals("POST") && methods.takesPost()) {
      post(request, response);
    } else {
      var allowed = methods.allowed();
      throw Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "Allowed here: " + allowed + ".")
          .withHeader("Allow", allowed)
          .asException();
    }
  }
}
