package dev.perdure.simulation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** What goes wrong in one simulation, and when; how often is drawn once for all of it. */
final class Faults {

  enum Kind {
    CRASH,
    CRASH_IN_RECOVERY,
    SHUTDOWN,
    KILL_IN_SHUTDOWN,
    DISK_FULL,
    JOURNAL_FAILED,
    OVERLOADED,
    LATE_WRITER,
    SLOW_COMMIT,
    SLOW_READ,
    CLOCK_JUMP,
    STALL
  }

  /** What becomes of a commit. */
  enum Fate {
    DONE,
    FULL,
    FAILED_AND_LOST,
    FAILED_AND_KEPT
  }

  /** After that nothing goes wrong any more, and everything has to come to its end. */
  static final Duration OVER_AFTER = Duration.ofSeconds(25);

  private static final int NEVER = Integer.MAX_VALUE;

  private final SplittableRandom random;
  private final World world;
  private final Map<Kind, Integer> injected = new EnumMap<>(Kind.class);
  private final int crashEvery;
  private final int overloadedOf;
  private final int slowOf;
  private final int lateOf;
  private final int yieldsOf;
  private final boolean jumps;
  private final boolean stalls;
  private final int shutdowns;
  private final boolean fills;
  private final boolean fails;
  private int crashesLeft;
  private int portsToCrash;
  private boolean isFull;
  private boolean isFailing;

  /** Nothing goes wrong. */
  static Faults none(World world) {
    return new Faults(world);
  }

  private Faults(World world) {
    this.random = new SplittableRandom(0);
    this.world = world;
    this.crashEvery = 1;
    this.overloadedOf = NEVER;
    this.slowOf = NEVER;
    this.lateOf = NEVER;
    this.yieldsOf = NEVER;
    this.jumps = false;
    this.stalls = false;
    this.shutdowns = 0;
    this.fills = false;
    this.fails = false;
    this.portsToCrash = NEVER;
  }

  Faults(SplittableRandom random, World world) {
    this.random = random;
    this.world = world;
    boolean quiet = random.nextInt(12) == 0;
    boolean calm = !quiet && random.nextInt(4) == 0;
    this.crashesLeft = quiet || random.nextInt(4) == 0 ? 0 : random.nextInt(1, 6);
    this.crashEvery = 20 << random.nextInt(5);
    this.overloadedOf = quiet || calm || random.nextBoolean() ? NEVER : 30;
    this.slowOf = quiet || random.nextBoolean() ? NEVER : 5 << random.nextInt(4);
    this.lateOf = quiet || random.nextBoolean() ? NEVER : 20;
    this.yieldsOf = random.nextInt(3) == 0 ? NEVER : 1 << random.nextInt(4);
    this.jumps = !quiet && random.nextInt(6) == 0;
    this.stalls = !quiet && random.nextInt(6) == 0;
    this.shutdowns = quiet || random.nextInt(3) > 0 ? 0 : random.nextInt(1, 3);
    this.fills = !quiet && random.nextInt(5) == 0;
    this.fails = !quiet && random.nextInt(8) == 0;
    this.portsToCrash = drawCrash();
  }

  boolean areOver() {
    return world.elapsed().compareTo(OVER_AFTER) > 0;
  }

  /** Whether the clocks may be trusted to go together and never to stand still. */
  boolean keepTime() {
    return !jumps && !stalls;
  }

  /** Whether a stall can make an attempt take longer than it should. */
  boolean stall() {
    return stalls;
  }

  /** Whether the wall clock is set now and then. */
  boolean setsClock() {
    return jumps;
  }

  /** Whether anything but a crash can hold up what is due. */
  boolean holdUp() {
    return slowOf < NEVER || overloadedOf < NEVER || fills || fails || stalls || jumps;
  }

  int shutdowns() {
    return shutdowns;
  }

  void count(Kind kind) {
    injected.merge(kind, 1, Integer::sum);
    world.say("fault " + kind);
  }

  Map<Kind, Integer> injected() {
    return injected;
  }

  private int drawCrash() {
    return crashesLeft <= 0 ? NEVER : 1 + random.nextInt(2 * crashEvery);
  }

  /** At every call through a port: whether the process dies there. */
  boolean crashesHere(boolean isStarting) {
    if (portsToCrash == NEVER || --portsToCrash > 0 || areOver()) {
      return false;
    }
    crashesLeft--;
    // Some follow at once, so that a recovery is cut off as well.
    portsToCrash = crashesLeft > 0 && random.nextInt(4) == 0 ? 1 + random.nextInt(12) : drawCrash();
    count(isStarting ? Kind.CRASH_IN_RECOVERY : Kind.CRASH);
    return true;
  }

  boolean flip() {
    return random.nextBoolean();
  }

  int upTo(int bound) {
    return random.nextInt(bound);
  }

  boolean yieldsHere() {
    return yieldsOf < NEVER && (yieldsOf == 1 || random.nextInt(yieldsOf) == 0);
  }

  boolean overloadedHere() {
    boolean is = overloadedOf < NEVER && random.nextInt(overloadedOf) == 0 && !areOver();
    if (is) {
      count(Kind.OVERLOADED);
    }
    return is;
  }

  boolean lateWriterHere() {
    boolean is = lateOf < NEVER && random.nextInt(lateOf) == 0;
    if (is) {
      count(Kind.LATE_WRITER);
    }
    return is;
  }

  Duration commitTakes() {
    return takes(Kind.SLOW_COMMIT);
  }

  Duration readTakes() {
    return takes(Kind.SLOW_READ);
  }

  private Duration takes(Kind kind) {
    if (slowOf == NEVER || random.nextInt(slowOf) > 0 || areOver()) {
      return Duration.ZERO;
    }
    count(kind);
    return random.nextInt(20) == 0
        ? Duration.ofMillis(500L * (1 + random.nextInt(6)))
        : Duration.ofMillis(1 + random.nextInt(20));
  }

  Fate fate() {
    if (isFull && !areOver()) {
      return Fate.FULL;
    }
    if (isFailing) {
      isFailing = false;
      count(Kind.JOURNAL_FAILED);
      return random.nextBoolean() ? Fate.FAILED_AND_LOST : Fate.FAILED_AND_KEPT;
    }
    return Fate.DONE;
  }

  /** Puts what happens by the clock on it. */
  void plan() {
    if (jumps) {
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        world.after(sometime(), this::jump);
      }
    }
    if (stalls) {
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        world.after(sometime(), this::stallNow);
      }
    }
    if (fills) {
      world.after(sometime(), this::fill);
    }
    if (fails) {
      world.after(sometime(), () -> isFailing = !areOver());
    }
  }

  Duration sometime() {
    return Duration.ofMillis(250L * random.nextInt(60));
  }

  private void jump() {
    count(Kind.CLOCK_JUMP);
    var by =
        switch (random.nextInt(4)) {
          case 0 -> Duration.ofHours(-1);
          case 1 -> Duration.ofDays(1);
          case 2 -> Duration.ofSeconds(-2);
          default -> Duration.ofSeconds(3);
        };
    world.jump(by);
  }

  private void stallNow() {
    count(Kind.STALL);
    world.stall(Duration.ofMillis(500L * random.nextInt(1, 20)));
  }

  private void fill() {
    count(Kind.DISK_FULL);
    isFull = true;
    world.after(Duration.ofMillis(500L * random.nextInt(1, 12)), () -> isFull = false);
  }
}
