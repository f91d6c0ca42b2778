package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One try at a step.
 *
 * @param attempt its number, from 1
 * @param nextDueAt when the following attempt was due; null when none was to follow
 */
public record AttemptRecord(
    int attempt,
    Outcome outcome,
    Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable ErrorRecord error,
    @Nullable Instant nextDueAt) {

  /** How an attempt stands. */
  public enum Outcome {
    RUNNING,
    COMPLETED,
    FAILED,
    /** Cut off by a crash or a shutdown; uses up no retry. */
    INTERRUPTED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public AttemptRecord {
    requireNonNull(outcome, "outcome");
    requireNonNull(startedAt, "startedAt");
  }
}
