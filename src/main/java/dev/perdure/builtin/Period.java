package dev.perdure.builtin;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far back a summary looks.
 *
 * @param hours 1 to 168, until the moment at which statistics are collected; default 24
 */
record Period(@Nullable Integer hours) {

  private static final int HOURS_DEFAULT = 24;
  private static final int HOURS_MAX = 7 * 24;

  Period {
    if (hours == null) {
      hours = HOURS_DEFAULT;
    }
    if (hours < 1 || hours > HOURS_MAX) {
      throw new IllegalArgumentException(
          "hours must be 1 to " + HOURS_MAX + ", not " + hours + ".");
    }
  }

  static Period lastDay() {
    return new Period(HOURS_DEFAULT);
  }

  Duration length() {
    return Duration.ofHours(hours == null ? HOURS_DEFAULT : hours);
  }
}
