package dev.perdure.web.dashboard;

import dev.perdure.web.EngineGate;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/** The home page, and with {@code live=1} the part of it that changes. */
final class HomeServlet extends PageServlet {

  private static final long serialVersionUID = 1L;

  private final transient EngineGate gate;
  private final transient Supplier<String> keys;

  HomeServlet(Pages pages, EngineGate gate, Supplier<String> keys) {
    super(pages);
    this.gate = gate;
    this.keys = keys;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var engine = gate.engine();
    var query = HomeQuery.of(request);
    var now = pages.now();
    var tag = pages.tag(engine, query.toString());
    if (isLive(request) && tag.isKnownTo(request, now)) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    var home = new HomePage(engine, keys, now).view(query, null);
    var header = tag.header(home.validUntil());
    response.setHeader("ETag", header);
    var page = pages.live(request, "Workflows and runs");
    pages.send(
        response,
        HttpServletResponse.SC_OK,
        isLive(request) ? "live/home.jte" : "page/home.jte",
        Map.of("page", page, "home", home, "tag", header));
  }
}
