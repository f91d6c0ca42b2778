package dev.perdure.bench;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rounds how often each figure is measured
 * @param time how long each measurement of a load takes
 * @param warmUp how long a process does the same before it is measured
 * @param thousandth whether a thousandth is enough of what is counted in millions: then the figures
 *     mean nothing, but the program is seen to work
 * @param directory for files; empty
 */
record Bounds(int rounds, Duration time, Duration warmUp, boolean thousandth, Path directory) {

  /** So many, or a few when that is enough. */
  int scaled(int count) {
    return thousandth ? Math.max(1, count / 1_000) : count;
  }

  Bounds in(Path other) {
    return new Bounds(rounds, time, warmUp, thousandth, other);
  }
}
