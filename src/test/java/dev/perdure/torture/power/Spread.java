package dev.perdure.torture.power;

import dev.perdure.torture.Budget;
import dev.perdure.torture.power.Survival.Kind;
import java.util.ArrayList;
import java.util.List;

/** Spreads states over all places of a trace, and the ways to survive over the states. */
final class Spread implements Replay.Plan {

  /** For each state after which only what was synced, or everything, is left: with chance. */
  private static final int CHANCES = 5;

  private static final int WAYS = 2 + CHANCES;

  private final long states;
  private final int places;
  private final long seed;
  private final Budget budget;
  private long next;

  /**
   * @param states how many; every way at every place is the most there is
   * @param budget ends it when its time is over
   */
  Spread(long states, int places, long seed, Budget budget) {
    this.states = Math.min(states, (long) places * WAYS);
    this.places = places;
    this.seed = seed;
    this.budget = budget;
  }

  @Override
  public List<Survival> at(int place) {
    long to = states * (place + 1) / places;
    var survivals = new ArrayList<Survival>();
    while (next < to && System.nanoTime() < budget.endNanos()) {
      survivals.add(way((int) (next++ % WAYS)));
    }
    return survivals;
  }

  private Survival way(int number) {
    return switch (number) {
      case 0 -> new Survival(Kind.SYNCED, 0);
      case 1 -> new Survival(Kind.ALL, 0);
      default -> new Survival(Kind.SOME, seed + number);
    };
  }
}
