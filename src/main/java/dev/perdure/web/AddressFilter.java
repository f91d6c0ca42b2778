package dev.perdure.web;

import static dev.perdure.web.ProblemCode.METHOD_NOT_ALLOWED;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/** Refuses requests by what they ask, under which name and from where: URL, method, Host. */
final class AddressFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  private final transient HostRules hosts;

  AddressFilter(WebSettings settings) {
    this.hosts = new HostRules(settings.isLoopbackOnly());
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    UrlRules.check(request.getRequestURI(), request.getQueryString());
    hosts.check(request);
    // The servlets of the API know their methods; others would answer TRACE and OPTIONS.
    if (!METHODS.contains(request.getMethod()) && !WebPaths.isApi(WebPaths.of(request))) {
      throw Problem.of(METHOD_NOT_ALLOWED, "Only GET, HEAD and POST are of use here.")
          .withHeader("Allow", "GET, HEAD, POST")
          .asException();
    }
    chain.doFilter(request, response);
  }
}
