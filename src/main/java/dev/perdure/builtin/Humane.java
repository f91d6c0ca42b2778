package dev.perdure.builtin;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How numbers read for people. */
final class Humane {

  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Humane() {}

  /**
   * {@code < 1 ms}, {@code 34 ms}, {@code 1.2 s}, {@code 3 min 20 s}, {@code 2 h 5 min}, {@code 3 d
   * 4 h}; rounded down.
   */
  static String duration(Duration duration) {
    if (duration.isPositive() && duration.toMillis() == 0) {
      return "< 1 ms";
    }
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return duration.toMillis() + " ms";
    }
    if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
      return tenths(duration.toMillis() / 100) + " s";
    }
    if (duration.compareTo(Duration.ofHours(1)) < 0) {
      return pair(duration.toMinutes(), "min", duration.toSecondsPart(), "s");
    }
    if (duration.compareTo(Duration.ofDays(1)) < 0) {
      return pair(duration.toHours(), "h", duration.toMinutesPart(), "min");
    }
    return pair(duration.toDays(), "d", duration.toHoursPart(), "h");
  }

  /** {@code 2026-03-01 02:00:05 UTC}. */
  static String instant(Instant instant) {
    return INSTANT.format(instant);
  }

  /** {@code 512 B}, {@code 1.4 GiB}. */
  static String bytes(long bytes) {
    int unit = 0;
    long divisor = 1;
    while (unit < BYTE_UNITS.length - 1 && bytes / divisor >= 1024) {
      divisor *= 1024;
      unit++;
    }
    long tenths = bytes / divisor * 10 + bytes % divisor * 10 / divisor;
    return tenths(tenths) + " " + BYTE_UNITS[unit];
  }

  /** {@code 12,345}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 1 run}, {@code 12,345 runs}. */
  static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  /**
   * The share in percent with one decimal, rounded down, so that 100 means all of them.
   *
   * @param whole more than 0
   */
  static double percentOf(long part, long whole) {
    return Math.floor(part * 1000.0 / whole) / 10;
  }

  /** {@code 98.6 %}; {@code < 0.1 %} for a little that would read as nothing. */
  static String percent(long part, long whole) {
    double percent = percentOf(part, whole);
    return part > 0 && percent == 0 ? "< 0.1 %" : tenths(Math.round(percent * 10)) + " %";
  }

  /** At most so many characters of the text, and an ellipsis where there were more. */
  static String shortened(String text, int charactersMax) {
    if (text.codePointCount(0, text.length()) <= charactersMax) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, charactersMax)) + "…";
  }

  private static String tenths(long tenths) {
    return tenths % 10 == 0 ? count(tenths / 10) : count(tenths / 10) + "." + tenths % 10;
  }

  private static String pair(long high, String highUnit, long low, String lowUnit) {
    return count(high) + " " + highUnit + (low == 0 ? "" : " " + low + " " + lowUnit);
  }
}
