package dev.perdure.torture;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Set;

/** What an answer of {@code GET /api/runs/{id}} says that can never change again. */
record Seen(String run, String status, String output, List<Step> completed) {

  static final Set<String> FINAL = Set.of("completed", "failed", "cancelled");

  /** A step that has completed, and at which of its attempts. */
  record Step(int ordinal, int attempt, String output) {}

  static Seen of(JsonObject run) {
    return new Seen(
        run.get("runId").getAsString(),
        run.get("status").getAsString(),
        digest(run.get("output")),
        run.getAsJsonArray("steps").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .filter(Seen::isCompleted)
            .map(Seen::step)
            .toList());
  }

  private static boolean isCompleted(JsonObject step) {
    return step.get("status").getAsString().equals("completed");
  }

  private static Step step(JsonObject step) {
    var attempts = step.getAsJsonArray("attempts");
    int attempt =
        attempts.isEmpty()
            ? 0
            : attempts.get(attempts.size() - 1).getAsJsonObject().get("attempt").getAsInt();
    return new Step(step.get("ordinal").getAsInt(), attempt, digest(step.get("output")));
  }

  /** Values hold blanks; what counts is whether they are the same. */
  private static String digest(JsonElement value) {
    return Digest.of(value.toString());
  }

  void noteIn(AckLedger acks) {
    if (FINAL.contains(status)) {
      acks.ended(run, status, output);
    }
    completed.forEach(step -> acks.completed(run, step.ordinal(), step.attempt(), step.output()));
  }
}
