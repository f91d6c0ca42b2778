package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Thrown by the code of a step: try again, but not before this delay, as a {@code Retry-After}
 * header says. It replaces the backoff of this one retry and uses up one retry like any failure.
 */
public class RetryAfterException extends PerdureException {

  private static final long serialVersionUID = 1L;
  private static final Duration DELAY_LIMIT = Duration.ofDays(30);

  private final Duration delay;

  /**
   * @param delay 0 to 30 days; a longer one is cut to 30 days
   */
  public RetryAfterException(String message, Duration delay) {
    super(message);
    requireNonNull(delay, "delay");
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
    this.delay = delay.compareTo(DELAY_LIMIT) > 0 ? DELAY_LIMIT : delay;
  }

  public Duration delay() {
    return delay;
  }
}
