package dev.perdure.web.dashboard;

import static dev.perdure.web.ProblemCode.METHOD_NOT_ALLOWED;

import dev.perdure.journal.JournalException;
import dev.perdure.web.Problem;
import dev.perdure.web.ProblemException;
import dev.perdure.web.RequestIds;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Set;

/** A servlet that answers with pages, also when something is wrong. */
abstract class PageServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final System.Logger LOG = System.getLogger("dev.perdure.web.dashboard");

  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");

  final transient Pages pages;

  PageServlet(Pages pages) {
    this.pages = pages;
  }

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    try {
      requireMethod(request.getMethod());
      super.service(request, response);
    } catch (ProblemException e) {
      problem(request, response, e);
    } catch (JournalException e) {
      pages.problem(request, response, ProblemView.of(e));
    } catch (RuntimeException e) {
      var id = RequestIds.of(request);
      LOG.log(Level.ERROR, "Request " + id + " failed", e);
      pages.problem(request, response, ProblemView.internal(id.isEmpty() ? null : id));
    }
  }

  /** Before the servlet of Jakarta sees it, which answers some methods with 501, or by itself. */
  private static void requireMethod(String method) {
    if (!METHODS.contains(method)) {
      throw Problem.of(METHOD_NOT_ALLOWED, "Only GET, HEAD and POST are of use here.")
          .withHeader("Allow", "GET, HEAD, POST")
          .asException();
    }
  }

  private void problem(
      HttpServletRequest request, HttpServletResponse response, ProblemException thrown)
      throws IOException {
    var problem = thrown.problem();
    problem.headers().forEach(response::setHeader);
    pages.problem(request, response, ProblemView.of(problem));
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    pages.problem(request, response, ProblemView.notFound());
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    pages.problem(request, response, ProblemView.notFound());
  }

  /** Sends the browser on, relative to where it is, so that no host and no context is needed. */
  static void seeOther(HttpServletResponse response, String location) {
    response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    response.setHeader("Location", location);
  }

  static boolean isLive(HttpServletRequest request) {
    return "1".equals(request.getParameter("live"));
  }
}
