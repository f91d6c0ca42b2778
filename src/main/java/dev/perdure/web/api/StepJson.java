package dev.perdure.web.api;

import com.google.gson.stream.JsonWriter;
import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepProgress;
import dev.perdure.journal.StepRecord;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the steps of a run with their attempts. */
final class StepJson {

  private static final Reason NOT_REACHED =
      new Reason("not-reached", "The run ended before this step began.");
  private static final Reason NOT_TO_BE_REACHED =
      new Reason("not-reached", "The run is ending; this step will not begin.");

  private StepJson() {}

  /**
   * Writes a step that has begun.
   *
   * @param href the path of the step, of which the paths of its values are parts
   */
  static void writeBegun(JsonWriter json, StepRecord step, String href) throws IOException {
    json.beginObject();
    json.name("name").value(step.name());
    json.name("kind").value(step.kind());
    json.name("status").value(step.status().word());
    JsonFields.reason(json, step.reason());
    JsonFields.waitingFor(json, step.waitingFor());
    JsonValue.write(json, "input", step.input(), href + "/input");
    JsonValue.write(json, "output", step.output(), href + "/output");
    JsonFields.error(json, step.error());
    json.name("attemptCount").value(step.attemptCount());
    json.name("maxAttempts").value(step.maxAttempts());
    JsonFields.instant(json, "nextDueAt", step.nextDueAt());
    JsonFields.instant(json, "startedAt", step.startedAt());
    JsonFields.instant(json, "finishedAt", step.finishedAt());
    JsonFields.duration(json, "durationMs", step.startedAt(), step.finishedAt());
    writeAttempts(json, step);
    json.name("ordinal").value(step.ordinal());
    json.name("scope").value(step.scope());
    json.name("position").value(step.position());
    writeProgress(json, step.progress());
    json.name("child").value(step.child() == null ? null : step.child().toString());
    json.name("log").value(step.attempt() == 0 ? null : href + "/log");
    json.endObject();
  }

  /** Writes a step of a sequence that has not begun, with every field that the others have. */
  static void writePending(JsonWriter json, StepPlan step, int position, RunRecord run)
      throws IOException {
    json.beginObject();
    json.name("name").value(step.name());
    json.name("kind").value(step.kind());
    json.name("status").value(Status.PENDING.word());
    JsonFields.reason(json, whyPending(run));
    JsonFields.waitingFor(json, null);
    json.name("input").nullValue();
    json.name("output").nullValue();
    JsonFields.error(json, null);
    json.name("attemptCount").value(0);
    json.name("maxAttempts").value(step.maxRetries() + 1);
    JsonFields.instant(json, "nextDueAt", null);
    JsonFields.instant(json, "startedAt", null);
    JsonFields.instant(json, "finishedAt", null);
    json.name("durationMs").nullValue();
    json.name("attempts").beginArray().endArray();
    json.name("ordinal").nullValue();
    json.name("scope").value("");
    json.name("position").value(position);
    writeProgress(json, null);
    json.name("child").nullValue();
    json.name("log").nullValue();
    json.endObject();
  }

  private static @Nullable Reason whyPending(RunRecord run) {
    if (run.status().isTerminal()) {
      return NOT_REACHED;
    }
    return run.ending() == null ? null : NOT_TO_BE_REACHED;
  }

  private static void writeProgress(JsonWriter json, @Nullable StepProgress progress)
      throws IOException {
    json.name("progress");
    if (progress == null) {
      json.nullValue();
      return;
    }
    json.beginObject();
    json.name("fraction").value(progress.fraction());
    json.name("text").value(progress.text());
    JsonFields.instant(json, "at", progress.at());
    json.endObject();
  }

  private static void writeAttempts(JsonWriter json, StepRecord step) throws IOException {
    json.name("attempts").beginArray();
    for (var attempt : step.attempts()) {
      writeAttempt(json, attempt);
    }
    var latest = latest(step);
    if (latest.isPresent()) {
      writeAttempt(json, latest.get());
    }
    json.endArray();
  }

  private static void writeAttempt(JsonWriter json, AttemptRecord attempt) throws IOException {
    json.beginObject();
    json.name("attempt").value(attempt.attempt());
    json.name("status").value(attempt.outcome().word());
    JsonFields.instant(json, "startedAt", attempt.startedAt());
    JsonFields.instant(json, "finishedAt", attempt.finishedAt());
    JsonFields.error(json, attempt.error());
    json.endObject();
  }

  /**
   * The latest attempt lives in the step itself until it is known that it did not complete. What
   * waits or holds other steps has none.
   */
  private static Optional<AttemptRecord> latest(StepRecord step) {
    if (step.attempt() == 0) {
      return Optional.empty();
    }
    boolean recorded =
        !step.attempts().isEmpty() && step.attempts().getLast().attempt() >= step.attempt();
    return recorded ? Optional.empty() : outcome(step).map(outcome -> attempt(step, outcome));
  }

  private static AttemptRecord attempt(StepRecord step, Outcome outcome) {
    return new AttemptRecord(
        step.attempt(),
        outcome,
        step.attemptStartedAt(),
        step.finishedAt(),
        outcome == Outcome.FAILED ? step.error() : null,
        null);
  }

  private static Optional<Outcome> outcome(StepRecord step) {
    return switch (step.status()) {
      case COMPLETED -> Optional.of(Outcome.COMPLETED);
      case FAILED -> Optional.of(Outcome.FAILED);
      case RUNNING -> step.isInFlight() ? Optional.of(Outcome.RUNNING) : Optional.empty();
      case BLOCKED, CANCELLED -> Optional.of(Outcome.INTERRUPTED);
      case PENDING -> Optional.empty();
    };
  }
}
