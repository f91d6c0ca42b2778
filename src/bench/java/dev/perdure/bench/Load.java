package dev.perdure.bench;

/**
 * What a closed loop has measured.
 *
 * @param stepsPerSecond three for each run that ended in time
 * @param p50Ms the median of the time from before a run is started until it is known to have ended
 * @param p99Ms the 99th percentile of it
 */
record Load(double stepsPerSecond, double p50Ms, double p99Ms) {

  static final int STEPS_PER_RUN = 3;

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
