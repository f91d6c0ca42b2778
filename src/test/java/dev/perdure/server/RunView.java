package dev.perdure.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A run as the API shows it, for tests to ask. */
record RunView(JsonObject json) {

  static RunView parse(String text) {
    return new RunView(JsonParser.parseString(text).getAsJsonObject());
  }

  String id() {
    return json.get("runId").getAsString();
  }

  String status() {
    return json.get("status").getAsString();
  }

  /** What it waits for; empty while it does not. */
  String waitingFor() {
    return waitingKind(json);
  }

  StepView step(String name) {
    return json.getAsJsonArray("steps").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .filter(step -> step.get("name").getAsString().equals(name))
        .findFirst()
        .map(StepView::new)
        .orElseThrow(() -> new AssertionError("There is no step " + name + " in " + json));
  }

  boolean hasStep(String name) {
    return json.toString().contains("\"name\":\"" + name + "\"");
  }

  private static String waitingKind(JsonObject object) {
    var waiting = object.get("waitingFor");
    return waiting.isJsonNull() ? "" : waiting.getAsJsonObject().get("kind").getAsString();
  }

  /** One of its steps. */
  record StepView(JsonObject json) {

    String status() {
      return json.get("status").getAsString();
    }

    String waitingFor() {
      return waitingKind(json);
    }

    int attemptCount() {
      return json.get("attemptCount").getAsInt();
    }

    Optional<Instant> nextDueAt() {
      return instant(json, "nextDueAt");
    }

    List<AttemptView> attempts() {
      return json.getAsJsonArray("attempts").asList().stream()
          .map(attempt -> new AttemptView(attempt.getAsJsonObject()))
          .toList();
    }

    /** How its attempts stand, oldest first. */
    List<String> outcomes() {
      return attempts().stream().map(AttemptView::status).toList();
    }
  }

  /** One try at a step. */
  record AttemptView(JsonObject json) {

    String status() {
      return json.get("status").getAsString();
    }

    Instant startedAt() {
      return instant(json, "startedAt").orElseThrow();
    }

    Duration duration() {
      return Duration.between(startedAt(), instant(json, "finishedAt").orElseThrow());
    }
  }

  private static Optional<Instant> instant(JsonObject object, String name) {
    var value = object.get(name);
    return value.isJsonNull() ? Optional.empty() : Optional.of(Instant.parse(value.getAsString()));
  }
}
