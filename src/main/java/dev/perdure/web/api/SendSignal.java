package dev.perdure.web.api;

import dev.perdure.engine.Engine;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.RunId;
import dev.perdure.web.JsonAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/runs/{id}/signals/{name}}: the body is the payload, the key its id. */
final class SendSignal {

  private SendSignal() {}

  static void post(
      HttpServletRequest request,
      HttpServletResponse response,
      Engine engine,
      RunId id,
      String name)
      throws IOException {
    Query.of(request);
    var payload = payload(JsonBody.optional(request));
    var key = IdempotencyHeader.read(request);
    switch (engine.signal(id, name, key, payload)) {
      case SignalResult.Stored() -> send(response, id, name, false);
      case SignalResult.Known() -> send(response, id, name, true);
      case SignalResult.RunEnded(var status) ->
          throw RunProblems.runEnded(status, "it takes no more signals");
      case SignalResult.NoSuchRun() -> throw RunProblems.runNotFound(id.toString());
      case SignalResult.InboxFull() -> throw RunProblems.signalsFull();
    }
  }

  private static @Nullable String payload(String text) {
    return text.isBlank() ? null : JsonText.read(text, JsonText::copyValue);
  }

  private static void send(HttpServletResponse response, RunId id, String name, boolean duplicate)
      throws IOException {
    JsonAnswer.send(
        response,
        duplicate ? HttpServletResponse.SC_OK : HttpServletResponse.SC_CREATED,
        json -> {
          json.beginObject();
          json.name("runId").value(id.toString());
          json.name("signal").value(name);
          json.name("duplicate").value(duplicate);
          json.endObject();
        });
  }
}
