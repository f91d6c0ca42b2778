package dev.perdure.torture;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How much a part may do. Time that has passed ends a part between two of its cycles, never inside
 * one.
 *
 * @param atMost the time
 * @param cyclesMax how many cycles, cases or states
 * @param directory where it keeps its files; emptied by nobody, so that what was found can be seen
 * @param endNanos on the monotonic clock
 */
public record Budget(Duration atMost, long cyclesMax, Path directory, long endNanos) {

  /** As much as fits into this time. */
  public static Budget of(Duration atMost, Path directory) {
    return of(atMost, Long.MAX_VALUE, directory);
  }

  /** So many cycles, or as many as fit into this time. */
  public static Budget of(Duration atMost, long cyclesMax, Path directory) {
    return new Budget(
        atMost, cyclesMax, directory.toAbsolutePath(), System.nanoTime() + atMost.toNanos());
  }

  /** Whether there is time for one more after so many. */
  public boolean allows(long done) {
    return done < cyclesMax && System.nanoTime() < endNanos;
  }

  /** The same time in a directory below this one. */
  public Budget in(String name) {
    return new Budget(atMost, cyclesMax, directory.resolve(name), endNanos);
  }
}
