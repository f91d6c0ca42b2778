package dev.perdure.torture;

import java.time.Duration;
import java.util.SplittableRandom;

/** A way in which a server ends. */
enum Death {
  KILL,
  /** Killed, and then once or more often before it is ready again. */
  KILL_IN_RECOVERY,
  TERM,
  TERM_TWICE,
  /** Asked to end, and killed before it has. */
  TERM_THEN_KILL,
  SEGV,
  ABRT,
  OUT_OF_MEMORY,
  /** Stopped for a while, let go on, and killed. */
  STOP_AND_KILL;

  private static final int RARE = 20;
  private static final int KILLS = 12;

  /** Most are plain kills, a few in recovery, and the rest is shared by the others. */
  static Death any(SplittableRandom random) {
    int choice = random.nextInt(RARE);
    if (choice < KILLS) {
      return KILL;
    }
    return choice < KILLS + 2
        ? KILL_IN_RECOVERY
        : values()[2 + random.nextInt(values().length - 2)];
  }

  /** Any time up to this one, each as likely as the other. */
  static Duration upTo(Duration most, SplittableRandom random) {
    return Duration.ofNanos(random.nextLong(most.toNanos() + 1));
  }
}
