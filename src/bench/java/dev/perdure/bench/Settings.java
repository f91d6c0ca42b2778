package dev.perdure.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What was asked for.
 *
 * @param parts names; none for all
 * @param divisor see {@link Bounds}
 * @param directory is made, and deleted at the end
 */
record Settings(List<String> parts, int rounds, Duration time, int divisor, Path directory) {

  /** The property that says how many finished runs the growth is measured with. */
  static final String RUNS = "bench.runs";

  /** What is asked of figures that are written down. */
  static final String PUBLISHED = "five rounds of two seconds";

  private static final int ROUNDS = 5;
  private static final Duration TIME = Duration.ofSeconds(3);

  /** Before that the compiler is still at work. */
  private static final Duration WARM_UP_MIN = Duration.ofSeconds(10);

  private static final Duration PUBLISHED_TIME_MIN = Duration.ofSeconds(2);

  /** From the system properties that {@link Bench} names. */
  static Settings ofProperties() {
    var parts = System.getProperty("bench.part", "");
    return new Settings(
        parts.isEmpty() ? List.of() : List.of(parts.split(",")),
        Integer.getInteger("bench.rounds", ROUNDS),
        time(System.getProperty("bench.seconds", Long.toString(TIME.toSeconds()))),
        Integer.getInteger("bench.divisor", 1),
        Path.of(System.getProperty("bench.directory", "target/bench/work")));
  }

  private static Duration time(String seconds) {
    return Duration.ofMillis(Math.round(1e3 * Double.parseDouble(seconds)));
  }

  boolean isTrial() {
    return divisor > 1;
  }

  /** Whether the figures are good enough to be written down. */
  boolean arePublished() {
    return !isTrial() && rounds >= ROUNDS && time.compareTo(PUBLISHED_TIME_MIN) >= 0;
  }

  boolean wants(Part part) {
    return parts.isEmpty() || parts.contains(part.name());
  }

  Bounds bounds(Path own) {
    return new Bounds(rounds, time, isTrial() ? time : warmUp(), divisor, own, directory);
  }

  private Duration warmUp() {
    var several = time.multipliedBy(4);
    return several.compareTo(WARM_UP_MIN) > 0 ? several : WARM_UP_MIN;
  }

  /** How to measure a part again like this. */
  String command(String part) {
    var runs = part.equals(GrowthPart.NAME) ? System.getProperty(RUNS) : null;
    return "make bench PART=%s ROUNDS=%d SECONDS=%s%s"
        .formatted(
            part,
            rounds,
            Double.toString(time.toMillis() / 1e3).replaceFirst("\\.0$", ""),
            runs == null ? "" : " RUNS=" + runs);
  }
}
