package dev.perdure.server;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import dev.perdure.engine.ReplayFinding;
import dev.perdure.engine.ReplayFinding.Outcome;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** For programs: one document, its runs written as they are found. */
final class JsonCheckReport extends CheckReport {

  private final PrintStream out;
  private final JsonWriter json;
  private final List<LoadProblem> problems = new ArrayList<>();

  JsonCheckReport(PrintStream out) {
    this.out = out;
    json = new JsonWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    json.setFormattingStyle(FormattingStyle.PRETTY);
    write(() -> json.beginObject().name("runs").beginArray());
  }

  /** A write to the output stream of the process. */
  private interface Write {
    void run() throws IOException;
  }

  private static void write(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new UncheckedIOException("The answer can not be written.", e);
    }
  }

  @Override
  void show(ReplayFinding finding) {
    var reason = finding.reason();
    write(() -> {
      json.beginObject();
      json.name("runId").value(finding.run().toString());
      json.name("workflow").value(finding.workflow());
      json.name("outcome").value(word(finding.outcome()));
      if (reason != null) {
        json.name("reason").beginObject();
        json.name("code").value(reason.code());
        json.name("message").value(reason.message()).endObject();
      }
      json.endObject();
    });
  }

  @Override
  void show(LoadProblem problem) {
    problems.add(problem);
  }

  @Override
  void end() {
    write(() -> {
      json.endArray().name("problems").beginArray();
      for (var problem : problems) {
        json.beginObject().name("jar").value(problem.jar());
        json.name("message").value(problem.message()).endObject();
      }
      json.endArray().name("counts").beginObject().name("checked").value(checked());
      for (var outcome : Outcome.values()) {
        json.name(word(outcome)).value(count(outcome));
      }
      json.endObject().name("allFit").value(allFit()).endObject();
      json.flush();
    });
    out.println();
  }

  private static String word(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
