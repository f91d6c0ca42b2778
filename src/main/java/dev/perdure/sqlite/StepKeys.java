package dev.perdure.sqlite;

/** The key of a step: its run's key and its ordinal in one number. */
final class StepKeys {

  private static final int ORDINAL_BITS = 20;

  /** How many steps a run may have, minus one. */
  static final int ORDINAL_MAX = (1 << ORDINAL_BITS) - 1;

  private StepKeys() {}

  static long of(long runKey, int ordinal) {
    if (ordinal < 0 || ordinal > ORDINAL_MAX) {
      throw new BrokenCommandException(
          "Step " + ordinal + ": a run has at most " + (ORDINAL_MAX + 1) + " steps.");
    }
    return first(runKey) + ordinal;
  }

  static long first(long runKey) {
    return runKey << ORDINAL_BITS;
  }

  static long last(long runKey) {
    return first(runKey) + ORDINAL_MAX;
  }

  static int ordinal(long stepKey) {
    return (int) (stepKey & ORDINAL_MAX);
  }

  static long runKey(long stepKey) {
    return stepKey >> ORDINAL_BITS;
  }
}
