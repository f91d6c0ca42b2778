package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A step of a sequence as it was defined when the run started.
 *
 * @param kind what it is, see {@link EntryKind}
 * @param timeoutMs the time per attempt in milliseconds; null when it is not limited
 */
public record StepPlan(String kind, String name, int maxRetries, @Nullable Long timeoutMs) {

  public StepPlan {
    requireNonNull(kind, "kind");
    requireNonNull(name, "name");
  }

  /** A plain step. */
  public StepPlan(String name, int maxRetries, @Nullable Long timeoutMs) {
    this(EntryKind.STEP, name, maxRetries, timeoutMs);
  }
}
