package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.ZoneId;

/**
 * The bounds of an engine.
 *
 * @param activeRunsMax how many runs may be active at once, 1 to 100,000; default 256. Runs that
 *     wait for a retry or a timer do not count
 * @param pendingRunsMax how many may wait to begin before starts are refused; default 1,000,000
 * @param shutdownGrace how long steps may go on after a shutdown has begun; default 20 s
 * @param zone the zone in which schedules are read; default UTC
 */
public record EngineOptions(
    int activeRunsMax, long pendingRunsMax, Duration shutdownGrace, ZoneId zone) {

  public static final EngineOptions DEFAULT =
      new EngineOptions(256, 1_000_000, Duration.ofSeconds(20), ZoneId.of("UTC"));

  public EngineOptions {
    requireNonNull(shutdownGrace, "shutdownGrace");
    requireNonNull(zone, "zone");
    if (activeRunsMax < 1 || activeRunsMax > 100_000) {
      throw new IllegalArgumentException(
          "activeRunsMax must be 1 to 100,000, not " + activeRunsMax);
    }
    if (pendingRunsMax < 1) {
      throw new IllegalArgumentException("pendingRunsMax must be positive, not " + pendingRunsMax);
    }
    if (shutdownGrace.isNegative()) {
      throw new IllegalArgumentException("shutdownGrace must not be negative: " + shutdownGrace);
    }
  }
}
