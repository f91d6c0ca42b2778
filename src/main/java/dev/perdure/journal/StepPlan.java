package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A step of a sequence as it was defined when the run started.
 *
 * @param timeoutMs the time per attempt in milliseconds; null when it is not limited
 */
public record StepPlan(String name, int maxRetries, @Nullable Long timeoutMs) {

  public StepPlan {
    requireNonNull(name, "name");
  }
}
