package dev.perdure.engine;

import dev.perdure.workflow.StepOptions;
import org.jspecify.annotations.Nullable;

/**
 * A step that a run asks for, at its place.
 *
 * @param input the recorded input as JSON
 * @param inputDigest null where the input follows from the journal itself
 */
record StepCall(
    int ordinal,
    String scope,
    int position,
    String name,
    String input,
    @Nullable String inputDigest,
    StepOptions options,
    Attempt.Code code) {

  static final String KIND = "step";

  int maxAttempts() {
    return options.retry().retries() + 1;
  }
}
