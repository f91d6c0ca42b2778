package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

/**
 * How a fan-out is carried out. Immutable. Items that wait, for a retry or in a sleep, do not count
 * as being carried out.
 *
 * @param limit how many items or branches at once, 1 to 1,000; default 16
 * @param step the options of each item's step; default {@link StepOptions#DEFAULT}
 */
public record FanOut(int limit, StepOptions step) {

  private static final int LIMIT_MAX = 1_000;

  /** Sixteen at once, steps with their default options. */
  public static final FanOut DEFAULT = new FanOut(16, StepOptions.DEFAULT);

  public FanOut {
    requireNonNull(step, "step");
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("limit must be 1 to 1,000, not " + limit);
    }
  }

  /** So many at once. Meant for static import. */
  public static FanOut atOnce(int limit) {
    return new FanOut(limit, StepOptions.DEFAULT);
  }

  /** The options of each item's step. */
  public FanOut each(StepOptions options) {
    return new FanOut(limit, options);
  }
}
