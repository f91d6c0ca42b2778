package dev.perdure.web.dashboard;

import dev.perdure.engine.Engine;
import dev.perdure.web.Access;
import dev.perdure.web.PageTag;
import dev.perdure.web.WebSettings;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/** Renders templates into answers. Thread-safe. */
final class Pages {

  private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
  private final Assets assets;
  private final Access access;
  private final WebSettings settings;

  Pages(Assets assets, Access access, WebSettings settings) {
    this.assets = assets;
    this.access = access;
    this.settings = settings;
  }

  Instant now() {
    return settings.clock().instant();
  }

  /**
   * The tag of what changes on a page; to be asked for before anything is read.
   *
   * @param view what the page shows
   */
  PageTag tag(Engine engine, String view) {
    // What pages show and no commit tells of.
    var zombies = engine.zombies().stream().map(zombie -> zombie.runId() + zombie.step()).toList();
    return PageTag.of(engine, settings, view + assets.hash() + engine.health().code() + zombies);
  }

  /** What a page that keeps itself fresh has around it. */
  PageView live(HttpServletRequest request, String title) {
    return page(request, title, true);
  }

  /** What a page that stays as it is has around it. */
  PageView still(HttpServletRequest request, String title) {
    return page(request, title, false);
  }

  private PageView page(HttpServletRequest request, String title, boolean live) {
    return new PageView(title, root(request), assets, build(), live, isSignedIn(request));
  }

  /** Differs between versions of the pages. */
  private String build() {
    return settings.build() + "." + assets.hash();
  }

  private boolean isSignedIn(HttpServletRequest request) {
    return access.isRequired() && access.isSignedIn(request);
  }

  /** The way up to the application's root: relative, since a proxy may have added to the path. */
  static String root(HttpServletRequest request) {
    var path = request.getRequestURI().substring(request.getContextPath().length());
    long depth = path.chars().filter(character -> character == '/').count() - 1;
    return depth <= 0 ? "./" : "../".repeat((int) depth);
  }

  void send(
      HttpServletResponse response, int status, String template, Map<String, Object> parameters)
      throws IOException {
    var output = new Utf8ByteOutput();
    templates.render(template, parameters, output);
    response.setStatus(status);
    response.setContentType("text/html;charset=utf-8");
    response.setContentLength(output.getContentLength());
    output.writeTo(response.getOutputStream());
  }

  void problem(HttpServletRequest request, HttpServletResponse response, ProblemView problem)
      throws IOException {
    send(
        response,
        problem.status(),
        "page/problem.jte",
        Map.of("page", still(request, problem.title()), "problem", problem));
  }
}
