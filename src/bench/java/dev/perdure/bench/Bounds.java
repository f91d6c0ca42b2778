package dev.perdure.bench;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rounds how often each figure is measured
 * @param time how long each measurement of a load takes
 * @param warmUp how long a process does the same before it is measured
 * @param divisor by how much is divided what is counted in thousands and millions: 1, or more when
 *     only to see that the program works; the figures mean nothing then
 * @param directory for files of one part; empty
 * @param shared for databases that several parts look at
 */
record Bounds(
    int rounds, Duration time, Duration warmUp, int divisor, Path directory, Path shared) {

  /** Whether the figures mean nothing. */
  boolean isTrial() {
    return divisor > 1;
  }

  /** So many, or as many as are enough. */
  int scaled(int count) {
    return Math.max(1, count / divisor);
  }
}
