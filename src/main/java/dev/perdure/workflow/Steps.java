package dev.perdure.workflow;

import java.time.Duration;

/** Entry points to {@link StepOptions}, meant for static import: {@code retries(2).timeout(…)}. */
public final class Steps {

  private Steps() {}

  /** Options with this many retries. See {@link StepOptions#retries(int)}. */
  public static StepOptions retries(int retries) {
    return StepOptions.DEFAULT.retries(retries);
  }

  /** Options with this time per attempt. See {@link StepOptions#timeout(Duration)}. */
  public static StepOptions timeout(Duration perAttempt) {
    return StepOptions.DEFAULT.timeout(perAttempt);
  }

  /** Options of a step that is never tried again. See {@link StepOptions#atMostOnce()}. */
  public static StepOptions atMostOnce() {
    return StepOptions.DEFAULT.atMostOnce();
  }
}
