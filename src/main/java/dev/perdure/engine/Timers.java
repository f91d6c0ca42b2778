package dev.perdure.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When the waits of a run are over. Waits that began while the process lived are kept by the
 * monotonic clock; of those that began before, the journal has the due instant, which is put on
 * that clock by how the two clocks stood when the engine began. Thread-safe.
 */
final class Timers {

  /** The key of the time of the run as a whole. */
  static final int RUN = -1;

  /** How the clocks stood at one moment. */
  record Clocks(Instant instant, long nanos) {
    static Clocks of(Time time) {
      return new Clocks(time.instant(), time.nanos());
    }
  }

  private final Time time;
  private final Clocks start;
  private final Map<Integer, Long> deadlines;

  /**
   * @param kept deadlines of waits that began in this process
   */
  Timers(Time time, Clocks start, Map<Integer, Long> kept) {
    this.time = time;
    this.start = start;
    this.deadlines = new ConcurrentHashMap<>(kept);
  }

  /** The key of the time that all attempts of a step may take together. */
  static int total(int ordinal) {
    return -2 - ordinal;
  }

  /** A wait begins now; returns when it is over. */
  long begin(int key, Duration wait) {
    long deadline = time.nanos() + nanos(wait);
    deadlines.put(key, deadline);
    return deadline;
  }

  /** When the wait is over, by the monotonic clock. */
  long deadline(int key, Instant due) {
    var kept = deadlines.get(key);
    return kept == null ? start.nanos() + nanos(Duration.between(start.instant(), due)) : kept;
  }

  /** How long the wait still takes; zero when it is over. */
  Duration left(int key, Instant due) {
    return left(time, deadline(key, due));
  }

  static Duration left(Time time, long deadline) {
    long left = deadline - time.nanos();
    return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
  }

  /**
   * Waits may be longer than a long of nanoseconds can hold only by mistake; they are cut there.
   */
  private static long nanos(Duration wait) {
    long most = Long.MAX_VALUE / 4;
    return wait.compareTo(Duration.ofNanos(most)) >= 0 ? most : wait.toNanos();
  }
}
