package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When a failed attempt is followed by another one.
 *
 * @param retries how many attempts may follow the first, 0 to 1,000; default 2. Attempts that a
 *     crash or a shutdown cut off use up none
 * @param delay the wait before the first retry; default 1 s
 * @param factor by how much each further wait is longer than the one before, 1 to 10; default 2
 * @param delayMax no wait is longer than this; default 60 s
 * @param jitter whether each wait is drawn evenly between half of its length and all of it; default
 *     off
 */
public record RetryPolicy(
    int retries, Duration delay, double factor, Duration delayMax, boolean jitter) {

  private static final int RETRIES_MAX = 1_000;
  private static final double FACTOR_MAX = 10;
  private static final Duration DELAY_LIMIT = Duration.ofDays(30);

  /** Two retries, after 1 s and 2 s. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(2, Duration.ofSeconds(1), 2, Duration.ofSeconds(60), false);

  public RetryPolicy {
    requireNonNull(delay, "delay");
    requireNonNull(delayMax, "delayMax");
    if (retries < 0 || retries > RETRIES_MAX) {
      throw new IllegalArgumentException(
          "retries must be 0 to " + RETRIES_MAX + ", not " + retries);
    }
    if (!(factor >= 1 && factor <= FACTOR_MAX)) {
      throw new IllegalArgumentException("factor must be 1 to 10, not " + factor);
    }
    if (delay.isNegative() || delay.compareTo(DELAY_LIMIT) > 0) {
      throw new IllegalArgumentException("delay must be 0 to 30 days, not " + delay);
    }
    if (delayMax.compareTo(delay) < 0 || delayMax.compareTo(DELAY_LIMIT) > 0) {
      throw new IllegalArgumentException(
          "delayMax must be from the first delay (" + delay + ") to 30 days, not " + delayMax);
    }
  }

  /**
   * The wait before the given retry, without jitter.
   *
   * @param retry the number of the retry, from 1
   */
  public Duration delayBefore(int retry) {
    double millis = delay.toMillis() * Math.pow(factor, Math.max(0, retry - 1));
    return millis >= delayMax.toMillis() ? delayMax : Duration.ofMillis((long) millis);
  }
}
