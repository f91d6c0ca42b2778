package dev.perdure.web.api;

import com.google.gson.stream.JsonWriter;
import dev.perdure.engine.Engine;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.ValueRef;
import dev.perdure.web.EngineGate;
import dev.perdure.web.JsonAnswer;
import dev.perdure.web.PageTag;
import dev.perdure.web.Standing;
import dev.perdure.web.WebSettings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * {@code /api/runs/{id}}: a run with its steps; below it each value in full, the logs of steps, and
 * what can be asked of a run.
 */
final class RunServlet extends ApiServlet {

  private static final long serialVersionUID = 1L;
  private static final int WAIT_MAX_SECONDS = 60;

  private final transient EngineGate gate;
  private final transient WebSettings settings;
  private final transient Waits waits;

  RunServlet(EngineGate gate, WebSettings settings, Waits waits) {
    this.gate = gate;
    this.settings = settings;
    this.waits = waits;
  }

  @Override
  Methods methods(HttpServletRequest request) {
    return switch (RunPath.of(request.getPathInfo())) {
      case RunPath.Nothing() -> throw NothingServlet.notFound();
      case RunPath path -> path.methods();
    };
  }

  @Override
  void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    switch (RunPath.of(request.getPathInfo())) {
      case RunPath.Cancel(var id) -> CancelRun.post(request, response, gate.engine(), id);
      case RunPath.Signal(var id, var name) ->
          SendSignal.post(request, response, gate.engine(), id, name);
      case RunPath.NoRun(var text, var _) -> throw RunProblems.runNotFound(text);
      case RunPath.Run _, RunPath.Value _, RunPath.Log _, RunPath.Nothing _ ->
          throw NothingServlet.notFound();
    }
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    switch (RunPath.of(request.getPathInfo())) {
      case RunPath.Run(var id) -> getRun(request, response, id);
      case RunPath.Value(var id, var ref, var fileName) -> {
        Query.of(request);
        sendValue(response, id, ref, fileName);
      }
      case RunPath.Log(var id, var ordinal) -> {
        Query.of(request);
        sendLog(response, id, ordinal);
      }
      case RunPath.NoRun(var text, var _) -> throw RunProblems.runNotFound(text);
      case RunPath.Cancel _, RunPath.Signal _, RunPath.Nothing _ -> throw NothingServlet.notFound();
    }
  }

  private void getRun(HttpServletRequest request, HttpServletResponse response, RunId id)
      throws IOException {
    var query = Query.of(request, "wait", "until", "stepsCursor");
    var wait = Duration.ofSeconds(query.number("wait", 0, WAIT_MAX_SECONDS, 0));
    var until = until(query);
    var from =
        query
            .text("stepsCursor")
            .map(text -> Cursors.readSteps("stepsCursor", text))
            .orElse(StepPage.From.START);
    var engine = gate.engine();
    boolean mayWait = wait.isPositive() && !waits.isOver(request);
    if (!mayWait || !waitFor(until, request, engine, id, wait)) {
      sendRun(request, response, engine, id, from, wait.isPositive());
    }
  }

  private static Until until(Query query) {
    var word = query.text("until").orElse("change");
    return switch (word) {
      case "change" -> Until.CHANGE;
      case "end" -> Until.END;
      default -> throw Query.badValue("until", word, "change or end");
    };
  }

  /**
   * Lets the request wait, unless there is nothing to wait for: the run has ended, or the client
   * waits for any change and does not know the present state. What is waited for is listened for
   * before anything is read, so that none is missed.
   */
  private boolean waitFor(
      Until until, HttpServletRequest request, Engine engine, RunId id, Duration wait) {
    var change = until.listen(engine.commits(), id, wait);
    boolean waiting = false;
    try {
      waiting =
          !(until == Until.CHANGE && knowsAnother(request, engine))
              && engine.reader().status(id).filter(until::isAhead).isPresent()
              && waits.begin(request, change, wait);
    } finally {
      if (!waiting) {
        change.complete(false);
      }
    }
    return waiting;
  }

  private boolean knowsAnother(HttpServletRequest request, Engine engine) {
    var tag = PageTag.of(engine, settings, Conditional.view(request));
    return Conditional.knowsAnother(tag, request, settings.clock().instant());
  }

  private void sendRun(
      HttpServletRequest request,
      HttpServletResponse response,
      Engine engine,
      RunId id,
      StepPage.From from,
      boolean isWaiting)
      throws IOException {
    var tag = PageTag.of(engine, settings, Conditional.view(request));
    var now = settings.clock().instant();
    if (Conditional.sendUnchanged(tag, request, response, now)) {
      return;
    }
    var detail =
        engine
            .reader()
            .detail(id, from.ordinal(), StepPage.SIZE, JsonValue.BYTES_MAX)
            .orElseThrow(() -> RunProblems.runNotFound(id.toString()));
    var standing = Standing.of(engine, detail.run(), now);
    var steps = StepPage.of(detail, from);
    var href = request.getContextPath() + "/api/runs/" + id;
    Conditional.tag(
        response, tag, isWaiting ? standing.validForWaiting(now) : standing.validUntil());
    JsonAnswer.send(
        response, 200, json -> RunJson.writeDetail(json, detail, standing, steps, href));
  }

  private void sendValue(HttpServletResponse response, RunId id, ValueRef ref, String fileName)
      throws IOException {
    var reader = gate.engine().reader();
    var value = reader.value(id, ref);
    if (value.isEmpty()) {
      throw reader.run(id).isEmpty()
          ? RunProblems.runNotFound(id.toString())
          : RunProblems.valueNotFound();
    }
    response.setContentType("application/json");
    response.setHeader("Content-Disposition", "attachment; filename=\"" + fileName + "\"");
    try (var out = JsonAnswer.writer(response)) {
      out.write(value.get());
    }
  }

  private void sendLog(HttpServletResponse response, RunId id, int ordinal) throws IOException {
    var reader = gate.engine().reader();
    var lines = reader.log(id, ordinal);
    if (lines.isEmpty()) {
      requireStep(reader, id, ordinal);
    }
    JsonAnswer.send(response, 200, json -> writeLog(json, lines));
  }

  private static void requireStep(JournalReader reader, RunId id, int ordinal) {
    if (reader.run(id).isEmpty()) {
      throw RunProblems.runNotFound(id.toString());
    }
    if (reader.steps(id, List.of(ordinal)).isEmpty()) {
      throw RunProblems.stepNotFound(ordinal);
    }
  }

  private static void writeLog(JsonWriter json, List<StepLog> lines) throws IOException {
    json.beginObject();
    json.name("lines").beginArray();
    for (var line : lines) {
      json.beginObject();
      json.name("attempt").value(line.attempt());
      JsonFields.instant(json, "at", line.at());
      json.name("line").value(line.line());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }
}
