package dev.perdure.server;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;

/** Answers every request with 503, because Perdure must not be used as it is configured. */
final class ClosedDoor extends HttpFilter {

  private static final long serialVersionUID = 1L;

  private ClosedDoor() {}

  static void register(ServletContext context) {
    var filter = context.addFilter("closed-door", new ClosedDoor());
    filter.setAsyncSupported(true);
    filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException {
    response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/problem+json");
    response
        .getWriter()
        .write(
            """
            {"type":"urn:perdure:problem:misconfigured","title":"Perdure is not set up",\
            "status":503,"code":"misconfigured",\
            "detail":"Its configuration can not be used. The log of the server says what to set."}
            """);
  }
}
