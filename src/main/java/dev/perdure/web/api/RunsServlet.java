package dev.perdure.web.api;

import com.google.gson.stream.JsonWriter;
import dev.perdure.engine.Engine;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunPage;
import dev.perdure.journal.Status;
import dev.perdure.web.EngineGate;
import dev.perdure.web.JsonAnswer;
import dev.perdure.web.PageTag;
import dev.perdure.web.Standing;
import dev.perdure.web.WebSettings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /api/runs}: lists runs, newest first, and starts them. */
final class RunsServlet extends ApiServlet {

  private static final long serialVersionUID = 1L;
  private static final int LIMIT_DEFAULT = 50;
  private static final int LIMIT_MAX = 200;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final transient EngineGate gate;
  private final transient WebSettings settings;

  RunsServlet(EngineGate gate, WebSettings settings) {
    this.gate = gate;
    this.settings = settings;
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    var query = Query.of(request, "workflow", "status", "limit", "cursor");
    var filter = filter(query);
    int limit = query.number("limit", 1, LIMIT_MAX, LIMIT_DEFAULT);
    var before = query.text("cursor").map(text -> Cursors.readRun("cursor", text)).orElse(null);
    var engine = gate.engine();
    var tag = PageTag.of(engine, settings, Conditional.view(request));
    var now = settings.clock().instant();
    if (!Conditional.sendUnchanged(tag, request, response, now)) {
      var page = engine.reader().runs(filter, limit, before);
      sendPage(response, tag, page, standings(engine, page, now));
    }
  }

  @Override
  Methods methods(HttpServletRequest request) {
    return Methods.READ_AND_CHANGE;
  }

  @Override
  void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Query.of(request);
    var start = StartRequest.read(request);
    var result = gate.engine().startRun(start.workflow(), start.input(), start.idempotencyKey());
    if (result instanceof StartResult.Started) {
      response.setHeader("Location", request.getContextPath() + "/api/runs/" + result.id());
    }
    sendId(response, result instanceof StartResult.Started ? 201 : 200, result.id());
  }

  private static void sendId(HttpServletResponse response, int status, RunId id)
      throws IOException {
    JsonAnswer.send(
        response,
        status,
        json -> json.beginObject().name("runId").value(id.toString()).endObject());
  }

  private static RunFilter filter(Query query) {
    var workflow = query.text("workflow").orElse(null);
    if (workflow != null && !NAME.matcher(workflow).matches()) {
      throw Query.badValue("workflow", workflow, "the name of a workflow");
    }
    return new RunFilter(workflow, query.text("status").map(RunsServlet::status).orElse(null));
  }

  private static Status status(String word) {
    return Status.ofWord(word)
        .orElseThrow(() -> Query.badValue("status", word, "one of " + statusWords()));
  }

  private static String statusWords() {
    return Arrays.stream(Status.values()).map(Status::word).collect(Collectors.joining(", "));
  }

  private static List<Standing> standings(Engine engine, RunPage page, Instant now) {
    var standings = new ArrayList<Standing>();
    for (var run : page.runs()) {
      standings.add(Standing.of(engine, run, now));
    }
    return standings;
  }

  private static void sendPage(
      HttpServletResponse response, PageTag tag, RunPage page, List<Standing> standings)
      throws IOException {
    Conditional.tag(response, tag, validUntil(standings));
    JsonAnswer.send(response, 200, json -> writePage(json, page, standings));
  }

  private static @Nullable Instant validUntil(List<Standing> standings) {
    Instant until = null;
    for (var standing : standings) {
      until = Standing.earlier(until, standing.validUntil());
    }
    return until;
  }

  private static void writePage(JsonWriter json, RunPage page, List<Standing> standings)
      throws IOException {
    json.beginObject();
    json.name("runs").beginArray();
    for (int i = 0; i < page.runs().size(); i++) {
      RunJson.writeRow(json, page.runs().get(i), standings.get(i));
    }
    json.endArray();
    json.name("nextCursor").value(page.next() == null ? null : Cursors.ofRun(page.next()));
    json.endObject();
  }
}
