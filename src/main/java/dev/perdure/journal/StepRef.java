package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

/** Which step of which run: of one run there may be several at a time. */
public record StepRef(RunId run, int ordinal) {
  public StepRef {
    requireNonNull(run, "run");
  }
}
