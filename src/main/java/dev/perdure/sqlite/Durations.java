package dev.perdure.sqlite;

import java.util.Arrays;

/**
 * Durations in milliseconds. Percentiles are exact as long as there are 1,000 of them at most;
 * beyond that they are kept in classes, in bounded memory, and percentiles are exact below 256 ms
 * and otherwise at most 0.8 % too long. The longest is always exact.
 */
final class Durations {

  private static final int EXACT_MAX = 1_000;

  /**
   * A class spans 1 ms below two to this power, and one of 128 parts of each power of two above.
   */
  private static final int BITS = 8;

  private static final int PARTS = 1 << (BITS - 1);

  private long[] values = new long[16];
  private long[] classes = new long[0];
  private long size;
  private long max = Long.MIN_VALUE;
  private boolean sorted;

  /** So many of the same length. */
  void add(long ms, long count) {
    if (size + count <= EXACT_MAX) {
      keep(ms, (int) count);
    } else {
      if (size <= EXACT_MAX) {
        Arrays.stream(values, 0, (int) size).forEach(value -> classify(value, 1));
      }
      classify(ms, count);
    }
    size += count;
    max = Math.max(max, ms);
  }

  long size() {
    return size;
  }

  /** The smallest value that so many percent do not exceed; of at least one value. */
  long percentile(int percent) {
    long rank = Math.max(Math.ceilDiv(size * percent, 100), 1);
    return size <= EXACT_MAX ? kept(rank) : Math.min(max, longestOf(classOfRank(rank)));
  }

  private void keep(long ms, int count) {
    int end = (int) size + count;
    if (end > values.length) {
      values = Arrays.copyOf(values, Math.min(end * 2, EXACT_MAX));
    }
    Arrays.fill(values, (int) size, end, ms);
    sorted = false;
  }

  private long kept(long rank) {
    if (!sorted) {
      Arrays.sort(values, 0, (int) size);
      sorted = true;
    }
    return values[(int) rank - 1];
  }

  private void classify(long ms, long count) {
    int index = classOf(ms);
    if (index >= classes.length) {
      classes = Arrays.copyOf(classes, index + PARTS);
    }
    classes[index] += count;
  }

  private int classOfRank(long rank) {
    int index = 0;
    for (long below = classes[0]; below < rank; below += classes[index]) {
      index++;
    }
    return index;
  }

  /** A clock that was set back makes a duration negative; it counts as none. */
  private static int classOf(long ms) {
    long value = Math.max(ms, 0);
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - BITS);
    return shift * PARTS + (int) (value >>> shift);
  }

  private static long longestOf(int index) {
    int shift = Math.max(0, index / PARTS - 1);
    long part = index - (long) shift * PARTS;
    return ((part + 1) << shift) - 1;
  }
}
