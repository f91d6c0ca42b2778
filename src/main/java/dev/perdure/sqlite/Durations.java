package dev.perdure.sqlite;

import java.util.Arrays;

/** Durations in milliseconds, for exact percentiles. */
final class Durations {

  private long[] values = new long[16];
  private int size;
  private boolean sorted;

  void add(long ms) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = ms;
    sorted = false;
  }

  int size() {
    return size;
  }

  /** The smallest value that so many percent do not exceed; of at least one value. */
  long percentile(int percent) {
    if (!sorted) {
      Arrays.sort(values, 0, size);
      sorted = true;
    }
    int rank = (int) Math.ceilDiv((long) size * percent, 100);
    return values[Math.max(rank, 1) - 1];
  }
}
