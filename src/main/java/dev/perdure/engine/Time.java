package dev.perdure.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The port through which the engine sees time and waits. Instants follow the wall clock, durations
 * a monotonic one; a test moves both by hand.
 */
public interface Time extends InstantSource {

  /** A wait that has been asked for. */
  interface Wait {
    /** Forgets it. Has no effect once the action has begun. */
    void cancel();
  }

  /** The wall clock, in whole milliseconds. */
  @Override
  Instant instant();

  /** A monotonic clock in nanoseconds; only differences mean something. */
  long nanos();

  /**
   * Runs the action once this much monotonic time has gone by, never earlier. The action must be
   * short: it shares its thread with all others.
   */
  Wait after(Duration delay, Runnable action);

  /** The same, once the monotonic clock shows this. */
  default Wait until(long deadlineNanos, Runnable action) {
    long left = deadlineNanos - nanos();
    return after(left <= 0 ? Duration.ZERO : Duration.ofNanos(left), action);
  }

  /**
   * Runs the action once the wall clock shows this instant or a later one: never before, and at
   * most a second after, also when the clock is set. The action must be short.
   */
  Wait at(Instant instant, Runnable action);
}
