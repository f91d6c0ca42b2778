package dev.perdure.web.api;

import com.google.gson.stream.JsonWriter;
import dev.perdure.engine.InstalledWorkflow;
import dev.perdure.journal.StepPlan;
import dev.perdure.web.EngineGate;
import dev.perdure.web.JsonAnswer;
import dev.perdure.web.PageTag;
import dev.perdure.web.Standing;
import dev.perdure.web.WebSettings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /api/workflows}: the installed workflows. */
final class WorkflowsServlet extends ApiServlet {

  private static final long serialVersionUID = 1L;

  private final transient EngineGate gate;
  private final transient WebSettings settings;

  WorkflowsServlet(EngineGate gate, WebSettings settings) {
    this.gate = gate;
    this.settings = settings;
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Query.of(request);
    var engine = gate.engine();
    var tag = PageTag.of(engine, settings, Conditional.view(request));
    if (Conditional.sendUnchanged(tag, request, response, settings.clock().instant())) {
      return;
    }
    var workflows = engine.workflows();
    Conditional.tag(response, tag, nextSlot(workflows));
    JsonAnswer.send(response, 200, json -> write(json, workflows));
  }

  /** The next instants of schedules pass without a commit. */
  private static @Nullable Instant nextSlot(List<InstalledWorkflow> workflows) {
    Instant next = null;
    for (var workflow : workflows) {
      next = Standing.earlier(next, workflow.nextAt());
    }
    return next;
  }

  private static void write(JsonWriter json, List<InstalledWorkflow> workflows) throws IOException {
    json.beginObject();
    json.name("workflows").beginArray();
    for (var workflow : workflows) {
      write(json, workflow);
    }
    json.endArray();
    json.endObject();
  }

  private static void write(JsonWriter json, InstalledWorkflow workflow) throws IOException {
    json.beginObject();
    json.name("name").value(workflow.name());
    json.name("description").value(workflow.description());
    json.name("version").value(workflow.version());
    json.name("inputExample").jsonValue(workflow.inputExample());
    json.name("steps").beginArray();
    for (var step : workflow.steps()) {
      write(json, step);
    }
    json.endArray();
    writeSchedule(json, workflow);
    json.endObject();
  }

  private static void write(JsonWriter json, StepPlan step) throws IOException {
    json.beginObject();
    json.name("name").value(step.name());
    json.name("maxRetries").value(step.maxRetries());
    json.name("timeoutMs").value(step.timeoutMs());
    json.endObject();
  }

  private static void writeSchedule(JsonWriter json, InstalledWorkflow workflow)
      throws IOException {
    json.name("schedule");
    if (workflow.cron() == null) {
      json.nullValue();
      return;
    }
    json.beginObject();
    json.name("cron").value(workflow.cron());
    JsonFields.instant(json, "nextAt", workflow.nextAt());
    json.endObject();
  }
}
