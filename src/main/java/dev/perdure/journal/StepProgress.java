package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * How far a step is.
 *
 * @param fraction from 0 to 1
 * @param text at most {@link #TEXT_CHARS_MAX} characters
 */
public record StepProgress(double fraction, String text, Instant at) {

  public static final int TEXT_CHARS_MAX = 200;

  public StepProgress {
    requireNonNull(text, "text");
    requireNonNull(at, "at");
  }
}
