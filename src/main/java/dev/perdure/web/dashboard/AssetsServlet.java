package dev.perdure.web.dashboard;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Serves {@link Assets}. */
final class AssetsServlet extends PageServlet {

  private static final long serialVersionUID = 1L;

  private final transient Assets assets;

  AssetsServlet(Pages pages, Assets assets) {
    super(pages);
    this.assets = assets;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var path = request.getPathInfo();
    var file = path == null ? null : assets.file(path.substring(1)).orElse(null);
    if (file == null) {
      pages.problem(request, response, ProblemView.notFound());
      return;
    }
    boolean exact = file.hash().equals(request.getParameter("v"));
    response.setHeader("Cache-Control", exact ? "public, max-age=31536000, immutable" : "no-cache");
    var tag = "W/\"" + file.hash() + "\"";
    response.setHeader("ETag", tag);
    if (tag.equals(request.getHeader("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setContentType(file.type());
    response.setContentLength(file.length());
    file.writeTo(response.getOutputStream());
  }
}
