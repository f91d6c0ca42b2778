package dev.perdure.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The raw limit, to be measured before and after each measurement of something else. Warmed up as
 * long as what it is compared with.
 */
final class RawProcess implements AutoCloseable {

  private final Child child;

  private RawProcess(Child child) {
    this.child = child;
  }

  static RawProcess start(Path directory) throws IOException {
    return new RawProcess(
        Child.start(RawLimit.class, Java.SERVER_FLAGS, directory.resolve("raw").toString()));
  }

  /** How it does with so many at once. */
  Load measure(int count, Duration time) throws IOException {
    return child.measure("raw", count, time);
  }

  /** One that is measured between two measurements of the limit. */
  interface Measurement {
    Load measure() throws Exception;
  }

  /** Limit, load, limit, load, …, limit: each load is paired with the mean of its neighbours. */
  Pairs alternate(int count, Bounds bounds, Measurement measurement) throws Exception {
    var loads = new ArrayList<Load>();
    var limits = new ArrayList<Load>();
    var before = measure(count, bounds.time());
    for (int round = 0; round < bounds.rounds(); round++) {
      loads.add(measurement.measure());
      var after = measure(count, bounds.time());
      limits.add(mean(before, after));
      before = after;
    }
    return new Pairs(loads, limits);
  }

  private static Load mean(Load one, Load other) {
    return new Load(
        (one.stepsPerSecond() + other.stepsPerSecond()) / 2,
        (one.p50Ms() + other.p50Ms()) / 2,
        (one.p99Ms() + other.p99Ms()) / 2);
  }

  /** Loads, each with the limit at its time. */
  record Pairs(List<Load> loads, List<Load> limits) {

    Figure rate(String name, Goal goal) {
      return Figure.ofRate(
          name,
          "steps/s",
          Series.of(loads, Load::stepsPerSecond),
          Series.of(limits, Load::stepsPerSecond),
          goal);
    }

    Figure p50(String name, Goal goal) {
      return Figure.ofTime(
          name, "ms", Series.of(loads, Load::p50Ms), Series.of(limits, Load::p50Ms), goal);
    }

    /** What it takes more than the limit. */
    Figure extraP50(String name, Goal goal) {
      var measured = Series.of(loads, Load::p50Ms);
      var limit = Series.of(limits, Load::p50Ms);
      var more = Series.paired(measured, limit, (l, r) -> l - r);
      return new Figure(name, "ms", measured, limit, "more", more, goal);
    }

    Figure p99(String name) {
      return Figure.ofTime(
          name, "ms", Series.of(loads, Load::p99Ms), Series.of(limits, Load::p99Ms), Goal.none());
    }
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}
