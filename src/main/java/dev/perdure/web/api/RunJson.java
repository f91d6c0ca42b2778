package dev.perdure.web.api;

import com.google.gson.stream.JsonWriter;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.web.Standing;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes runs: in a list, and in detail with their steps. */
final class RunJson {

  private RunJson() {}

  static void writeRow(JsonWriter json, RunRecord run, Standing standing) throws IOException {
    json.beginObject();
    writeFields(json, run, standing);
    json.endObject();
  }

  /**
   * Writes the whole run.
   *
   * @param href the path of the run, of which the paths of its values are parts
   */
  static void writeDetail(
      JsonWriter json, RunDetail detail, Standing standing, StepPage steps, String href)
      throws IOException {
    json.beginObject();
    writeFields(json, detail.run(), standing);
    json.name("version").value(detail.run().version());
    JsonValue.write(json, "input", detail.input(), href + "/input");
    JsonValue.write(json, "output", detail.output(), href + "/output");
    JsonFields.error(json, detail.error());
    writeSteps(json, detail.run(), steps, href);
    json.endObject();
  }

  private static void writeFields(JsonWriter json, RunRecord run, Standing standing)
      throws IOException {
    json.name("runId").value(run.id().toString());
    json.name("workflow").value(run.workflow());
    json.name("status").value(run.status().word());
    JsonFields.reason(json, run.reason());
    JsonFields.waitingFor(json, standing.waitingFor());
    json.name("failingStep").value(run.failingStep());
    JsonFields.instant(json, "createdAt", run.createdAt());
    JsonFields.instant(json, "startedAt", run.startedAt());
    JsonFields.instant(json, "finishedAt", run.finishedAt());
    JsonFields.duration(json, "durationMs", run.startedAt(), run.finishedAt());
    json.name("ending").value(run.ending() == null ? null : run.ending().word());
    JsonFields.instant(json, "deadline", run.deadline());
    writeParent(json, run.parent());
  }

  private static void writeParent(JsonWriter json, @Nullable RunId parent) throws IOException {
    json.name("parent");
    if (parent == null) {
      json.nullValue();
      return;
    }
    json.beginObject();
    json.name("runId").value(parent.toString());
    json.endObject();
  }

  private static void writeSteps(JsonWriter json, RunRecord run, StepPage page, String href)
      throws IOException {
    json.name("steps").beginArray();
    for (var step : page.begun()) {
      StepJson.writeBegun(json, step, href + "/steps/" + step.ordinal());
    }
    for (int i = 0; i < page.pending().size(); i++) {
      StepJson.writePending(json, page.pending().get(i), page.planned() + i, run);
    }
    json.endArray();
    json.name("stepsCursor").value(page.next() == null ? null : Cursors.ofSteps(page.next()));
  }
}
