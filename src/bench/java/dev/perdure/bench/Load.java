package dev.perdure.bench;

import java.time.Duration;
import java.util.Collection;

/**
 * What a closed loop has measured.
 *
 * @param stepsPerSecond three for each run that ended in time
 * @param p50Ms the median of the time from before a run is started until it is known to have ended
 * @param p99Ms the 99th percentile of it
 */
record Load(double stepsPerSecond, double p50Ms, double p99Ms) {

  static final int STEPS_PER_RUN = 3;

  /** Of so much time, from how long each run took that ended in it. */
  static Load of(Collection<Latencies> latencies, Duration time) {
    var all = Latencies.sorted(latencies);
    double seconds = time.toNanos() / 1e9;
    return new Load(
        STEPS_PER_RUN * all.length / seconds, percentileMs(all, 0.5), percentileMs(all, 0.99));
  }

  private static double percentileMs(long[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))] / 1e6;
  }

  /** As one line, for {@link #parse}. */
  String line() {
    return stepsPerSecond + " " + p50Ms + " " + p99Ms;
  }

  static Load parse(String line) {
    var words = line.split(" ");
    return new Load(
        Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
  }
}
