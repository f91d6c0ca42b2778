package dev.perdure.bench;

import java.util.Arrays;
import java.util.Collection;

/** How long runs took, in nanoseconds. Not thread-safe. */
final class Latencies {

  private long[] nanos = new long[1024];
  private int count;

  void add(long time) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = time;
  }

  /** All of them together, the shortest first. */
  static long[] sorted(Collection<Latencies> parts) {
    return parts.stream()
        .flatMapToLong(it -> Arrays.stream(it.nanos, 0, it.count))
        .sorted()
        .toArray();
  }
}
