package dev.perdure.torture.power;

import java.util.SplittableRandom;

/**
 * What survives a power cut of all that no sync has covered.
 *
 * @param seed decides where chance does
 */
record Survival(Kind kind, long seed) {

  enum Kind {
    /** Only what syncs have covered. */
    SYNCED,
    /** Everything, as when a process is killed. */
    ALL,
    /** Some of it, in any order, torn into sectors. */
    SOME
  }

  /** How a disk tears a write. */
  static final int SECTOR = 512;

  /** The same for the same place in a trace. */
  Fate at(int place) {
    return switch (kind) {
      case SYNCED -> new Certain(false);
      case ALL -> new Certain(true);
      case SOME -> new Chance(new SplittableRandom(seed * 1_000_003 + place));
    };
  }

  /** Decides for one power cut; is asked in the order in which things were done. */
  interface Fate {

    boolean keepsName();

    OfFile ofFile(int pending);
  }

  /** Decides for the pending changes of one file. */
  interface OfFile {

    /** Asked once for each change, in order: whether anything of it is left. */
    boolean keepsChange();

    /** Asked for each sector of a write that is kept. */
    boolean keepsSector();

    /** Whether the file is as long as if every write was kept; what is lost reads as zeros. */
    boolean keepsLength();
  }

  private record Certain(boolean answer) implements Fate, OfFile {
    @Override
    public boolean keepsName() {
      return answer;
    }

    @Override
    public OfFile ofFile(int pending) {
      return this;
    }

    @Override
    public boolean keepsChange() {
      return answer;
    }

    @Override
    public boolean keepsSector() {
      return answer;
    }

    @Override
    public boolean keepsLength() {
      return answer;
    }
  }

  private record Chance(SplittableRandom random) implements Fate {
    private static final double[] SHARES = {0.05, 0.3, 0.5, 0.7, 0.95};

    @Override
    public boolean keepsName() {
      return random.nextBoolean();
    }

    /** Files fare differently, so that one is ahead of the other. */
    @Override
    public OfFile ofFile(int pending) {
      return switch (random.nextInt(8)) {
        case 0 -> new Certain(false);
        case 1 -> new Certain(true);
        case 2 -> new Slice(random, 0, random.nextInt(pending + 1));
        case 3 -> new Slice(random, random.nextInt(pending + 1), pending);
        default -> new Scattered(random, SHARES[random.nextInt(SHARES.length)]);
      };
    }
  }

  /** Each change and each sector by itself. */
  private record Scattered(SplittableRandom random, double share) implements OfFile {
    @Override
    public boolean keepsChange() {
      return random.nextDouble() < Math.sqrt(share);
    }

    @Override
    public boolean keepsSector() {
      return random.nextDouble() < Math.sqrt(share);
    }

    @Override
    public boolean keepsLength() {
      return random.nextBoolean();
    }
  }

  /** The changes from one to another, whole but for those at the rims. */
  private static final class Slice implements OfFile {
    private final SplittableRandom random;
    private final int from;
    private final int to;
    private int next;

    Slice(SplittableRandom random, int from, int to) {
      this.random = random;
      this.from = from;
      this.to = to;
    }

    @Override
    public boolean keepsChange() {
      int number = next++;
      return number >= from && number < to;
    }

    @Override
    public boolean keepsSector() {
      boolean isRim = next - 1 == from || next == to;
      return !isRim || random.nextBoolean();
    }

    @Override
    public boolean keepsLength() {
      return random.nextBoolean();
    }
  }
}
