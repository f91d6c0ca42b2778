package dev.perdure.web.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How durations, sizes, counts and instants are said. One unit, or two that belong together. */
final class Words {

  private static final DateTimeFormatter SHORT =
      DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter SINCE =
      DateTimeFormatter.ofPattern("'since' HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Words() {}

  /** "80 ms", "1.24 s", "12.4 s", "3 m 12 s", "2 h 5 m", "3 d 4 h". */
  static String of(Duration duration) {
    long ms = Math.max(0, duration.toMillis());
    if (ms < 1_000) {
      return ms + " ms";
    }
    if (ms < 10_000) {
      return String.format(Locale.ROOT, "%.2f s", ms / 1_000d);
    }
    if (ms < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", Math.floor(ms / 100d) / 10);
    }
    long s = ms / 1_000;
    if (s < 3_600) {
      return two(s / 60, "m", s % 60, "s");
    }
    return s < 86_400
        ? two(s / 3_600, "h", s % 3_600 / 60, "m")
        : two(s / 86_400, "d", s % 86_400 / 3_600, "h");
  }

  /** A limit that somebody wrote: "500 ms", "30 s", "1.5 s", "2 m". */
  static String ofLimit(long ms) {
    if (ms < 60_000 && ms % 1_000 != 0) {
      return ms < 1_000 ? ms + " ms" : String.format(Locale.ROOT, "%.1f s", ms / 1_000d);
    }
    return ms < 60_000 ? ms / 1_000 + " s" : of(Duration.ofMillis(ms));
  }

  private static String two(long big, String bigUnit, long small, String smallUnit) {
    String head = big + " " + bigUnit;
    return small == 0 ? head : head + " " + small + " " + smallUnit;
  }

  /** "812 B", "31.9 KiB", "1.0 MiB". */
  static String ofBytes(long bytes) {
    if (bytes < 1_024) {
      return bytes + " B";
    }
    return bytes < 1_048_576
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1_024d)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1_048_576d);
  }

  /** "1 retry", "2 retries". */
  static String count(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  /** An instant for readers without script, in UTC: "12 Jul 14:03:12". */
  static String ofInstant(Instant instant) {
    return SHORT.format(instant);
  }

  /** Since when something has been going on, for readers without script, in UTC. */
  static String since(Instant instant) {
    return SINCE.format(instant);
  }
}
