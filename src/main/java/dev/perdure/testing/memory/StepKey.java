package dev.perdure.testing.memory;

import java.util.Comparator;

/** The place of a step: its run's key and its ordinal. */
record StepKey(long run, int ordinal) implements Comparable<StepKey> {

  /** How many steps a run may have, minus one. */
  static final int ORDINAL_MAX = (1 << 20) - 1;

  private static final Comparator<StepKey> ORDER =
      Comparator.comparingLong(StepKey::run).thenComparingInt(StepKey::ordinal);

  StepKey {
    BrokenRuleException.require(
        ordinal >= 0 && ordinal <= ORDINAL_MAX,
        "Step " + ordinal + ": a run has at most " + (ORDINAL_MAX + 1) + " steps.");
  }

  static StepKey first(long run) {
    return new StepKey(run, 0);
  }

  static StepKey last(long run) {
    return new StepKey(run, ORDINAL_MAX);
  }

  @Override
  public int compareTo(StepKey other) {
    return ORDER.compare(this, other);
  }
}
