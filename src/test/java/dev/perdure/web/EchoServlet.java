package dev.perdure.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Says what reached it: the body's size and the parameter "a". Throws, or sends errors, on demand.
 */
final class EchoServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    switch (request.getPathInfo() == null ? "" : request.getPathInfo()) {
      case "/missing" -> response.sendError(404);
      case "/broken" -> throw new IllegalStateException("secret-detail");
      case "/half" -> {
        response.getOutputStream().write("half".getBytes(UTF_8));
        response.flushBuffer();
        throw new IllegalStateException("secret-detail");
      }
      default -> {
        var size = request.getInputStream().readAllBytes().length;
        response.setContentType("text/plain;charset=utf-8");
        response.getWriter().write(size + " " + request.getParameter("a"));
      }
    }
  }
}
