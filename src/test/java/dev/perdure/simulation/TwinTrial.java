package dev.perdure.simulation;

import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Looks for the first seed that shows a mistake. Loaded together with a crippled engine. */
public final class TwinTrial {

  private TwinTrial() {}

  /** What the first of so many seeds has shown that breaks an invariant; null when none did. */
  public static @Nullable String search(int seeds) {
    return search(seeds, seed -> Simulation.play(seed, null));
  }

  /** The same with a journal that answers before it has committed. */
  static @Nullable String searchAcknowledgingEarly(int seeds) {
    return search(seeds, Simulation::playAcknowledgingEarly);
  }

  private static @Nullable String search(int seeds, LongFunction<Simulation.Result> play) {
    try (var _ = new Machine()) {
      for (int seed = 1; seed <= seeds; seed++) {
        try {
          var _ = play.apply(seed);
        } catch (Violation e) {
          return seed + " seeds: " + e.getMessage();
        }
      }
      return null;
    }
  }
}
