package dev.perdure.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * The outermost filter: gives the request its id and the answer its headers, and turns whatever is
 * thrown into a {@link Problem}. What nobody expected is logged here, once, with the request id.
 */
final class EdgeFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;
  private static final System.Logger LOG = System.getLogger("dev.perdure.web");

  private final transient RequestIds ids;

  EdgeFilter(RequestIds ids) {
    this.ids = ids;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var id = ids.assign(request);
    SecurityHeaders.apply(response, id);
    try {
      chain.doFilter(request, new EdgeResponse(request, response));
    } catch (IOException e) {
      // The client went away, or its body could not be read; the container ends the connection.
      LOG.log(Level.DEBUG, () -> id + " " + LogText.line(String.valueOf(e)));
      throw e;
    } catch (ServletException | RuntimeException | StackOverflowError | LinkageError e) {
      answer(request, response, e, id);
    }
  }

  private static void answer(
      HttpServletRequest request, HttpServletResponse response, Throwable thrown, String id)
      throws IOException, ServletException {
    var problem = Problems.of(unwrapped(thrown));
    if (problem.code().status() == 500) {
      LOG.log(Level.ERROR, () -> describe(request, id) + "\n" + LogText.trace(thrown));
    }
    if (response.isCommitted()) {
      // Too late for a status. Failing tells the container to break off, and so the client.
      throw new ServletException("Request " + id + " broke off.");
    }
    response.reset();
    SecurityHeaders.apply(response, id);
    ProblemAnswer.send(request, response, problem, id);
    if (request.isAsyncStarted()) {
      request.getAsyncContext().complete();
    }
  }

  private static Throwable unwrapped(Throwable thrown) {
    return thrown instanceof ServletException e && e.getRootCause() != null
        ? e.getRootCause()
        : thrown;
  }

  private static String describe(HttpServletRequest request, String id) {
    return "Request "
        + id
        + " failed: "
        + LogText.line(request.getMethod() + " " + request.getRequestURI());
  }
}
