package dev.perdure.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Seeds that have been played, and what they came to together. Not thread-safe. */
final class Simulations {

  /** Under which name the seeds are listed. */
  static final String SEEDS = "seeds";

  private final Map<Faults.Kind, Long> faults = new EnumMap<>(Faults.Kind.class);
  private final List<String> violations = new ArrayList<>();
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;
  private long played;
  private long runs;
  private long commits;
  private long effects;
  private long acks;
  private long turns;

  /** Plays a seed and adds what it came to. */
  void play(long seed) {
    first = Math.min(first, seed);
    last = Math.max(last, seed);
    played++;
    try {
      add(Simulation.play(seed, null));
    } catch (Violation e) {
      violations.add("seed " + seed + ": " + e.getMessage());
    }
  }

  private void add(Simulation.Result result) {
    runs += result.runs();
    commits += result.commits();
    effects += result.effects();
    acks += result.acks();
    turns += result.turns();
    result.faults().forEach((kind, times) -> faults.merge(kind, (long) times, Long::sum));
  }

  long runs() {
    return runs;
  }

  long effects() {
    return effects;
  }

  long acks() {
    return acks;
  }

  long injected(Faults.Kind kind) {
    return faults.getOrDefault(kind, 0L);
  }

  List<String> violations() {
    return violations;
  }

  /** By what they are, in the order in which they are to be read. */
  Map<String, String> lines() {
    var lines = new LinkedHashMap<String, String>();
    lines.put(SEEDS, first + " to " + last);
    lines.put("simulations", number(played));
    lines.put("runs to their end", number(runs));
    lines.put("commits", number(commits));
    lines.put("effects", number(effects));
    lines.put("acks", number(acks));
    lines.put("turns of threads", number(turns));
    faults.forEach((kind, times) ->
        lines.put("faults: " + kind.name().toLowerCase(Locale.ROOT), number(times)));
    return lines;
  }

  private static String number(long value) {
    return Long.toString(value);
  }

  /** Plays one seed and says all that happens. */
  static Simulation.Result replay(long seed, Consumer<String> trace) {
    return Simulation.play(seed, trace);
  }
}
