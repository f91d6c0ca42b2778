package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes run ids: UUIDs of version 7 (RFC 9562, section 6.2, method 1: a counter of 12 bits behind
 * the milliseconds). Each is larger than every one before it, also after a restart and when the
 * clock was set back: then the time in the id runs ahead of the clock. Thread-safe.
 */
final class RunIds {

  private static final int COUNTER_BITS = 12;
  private static final long COUNTER_MAX = (1L << COUNTER_BITS) - 1;

  private final Time time;
  private final RandomGenerator random;

  // Guarded by this.
  private long lastMillis;
  private long counter;

  RunIds(Time time, RandomGenerator random, Optional<RunId> newest) {
    this.time = time;
    this.random = random;
    newest.ifPresent(id -> {
      long high = id.value().getMostSignificantBits();
      lastMillis = high >>> 16;
      counter = high & COUNTER_MAX;
    });
  }

  synchronized RunId next() {
    long now = time.instant().toEpochMilli();
    if (now > lastMillis) {
      lastMillis = now;
      counter = 0;
    } else if (counter < COUNTER_MAX) {
      counter++;
    } else {
      lastMillis++;
      counter = 0;
    }
    long high = (lastMillis << 16) | 0x7000L | counter;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new RunId(new UUID(high, low));
  }
}
