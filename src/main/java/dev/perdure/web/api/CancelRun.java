package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.UNKNOWN_FIELD;
import static dev.perdure.web.ProblemCode.WRONG_TYPE;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.perdure.engine.Engine;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Ending;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.web.JsonAnswer;
import dev.perdure.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/runs/{id}/cancel}. Asking again is answered like asking once. */
final class CancelRun {

  private CancelRun() {}

  static void post(
      HttpServletRequest request, HttpServletResponse response, Engine engine, RunId id)
      throws IOException {
    Query.of(request);
    checkBody(JsonBody.optional(request));
    switch (engine.cancelRun(id)) {
      case CancelResult.Accepted accepted when accepted.cancelled().contains(id) ->
          sendCancelled(response, id);
      case CancelResult.Accepted _ -> sendEnding(response, id);
      case CancelResult.AlreadyEnding(var ending) -> {
        if (ending != Ending.CANCELLED) {
          throw RunProblems.runEnding(ending);
        }
        sendEnding(response, id);
      }
      case CancelResult.RunEnded(var status) -> {
        if (status != Status.CANCELLED) {
          throw RunProblems.runEnded(status, "it can not be cancelled");
        }
        sendCancelled(response, id);
      }
      case CancelResult.NoSuchRun() -> throw RunProblems.runNotFound(id.toString());
    }
  }

  private static void sendCancelled(HttpServletResponse response, RunId id) throws IOException {
    send(response, HttpServletResponse.SC_OK, id, Status.CANCELLED, null);
  }

  private static void sendEnding(HttpServletResponse response, RunId id) throws IOException {
    send(response, HttpServletResponse.SC_ACCEPTED, id, Status.RUNNING, Ending.CANCELLED);
  }

  private static void send(
      HttpServletResponse response, int code, RunId id, Status status, @Nullable Ending ending)
      throws IOException {
    JsonAnswer.send(
        response,
        code,
        json -> {
          json.beginObject();
          json.name("runId").value(id.toString());
          json.name("status").value(status.word());
          json.name("ending").value(ending == null ? null : ending.word());
          json.endObject();
        });
  }

  /** There is nothing to say yet, but clients that always send an object may. */
  private static void checkBody(String text) {
    if (!text.isBlank()) {
      JsonText.read(text, CancelRun::readNothing);
    }
  }

  private static boolean readNothing(JsonReader json) throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      throw Problem.of(WRONG_TYPE, "Send no body, or {}.").with("path", "$").asException();
    }
    json.beginObject();
    if (json.hasNext()) {
      var shown = Problem.shortened(json.nextName(), 100);
      throw Problem.of(UNKNOWN_FIELD, "There is no field \"" + shown + "\". Send no body, or {}.")
          .with("path", "$." + shown)
          .asException();
    }
    json.endObject();
    return true;
  }
}
