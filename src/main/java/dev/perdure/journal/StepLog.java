package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/** A line that a step has written. */
public record StepLog(int attempt, String line, Instant at) {

  /** How many lines a step keeps. */
  public static final int LINES_MAX = 1_000;

  /** How many characters of a line are kept. */
  public static final int LINE_CHARS_MAX = 2_000;

  public StepLog {
    requireNonNull(line, "line");
    requireNonNull(at, "at");
  }
}
