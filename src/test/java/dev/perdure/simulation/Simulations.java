package dev.perdure.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Seeds that have been played, and what they came to together. Not thread-safe. */
final class Simulations {

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

  /** Takes in what others have played. */
  void add(Simulations other) {
    first = Math.min(first, other.first);
    last = Math.max(last, other.last);
    played += other.played;
    runs += other.runs;
    commits += other.commits;
    effects += other.effects;
    acks += other.acks;
    turns += other.turns;
    other.faults.forEach((kind, times) -> faults.merge(kind, times, Long::sum));
    violations.addAll(other.violations);
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
    lines.put("seeds", first + " to " + last);
    lines.put("simulations", number(played));
    lines.put("runs to their end", number(runs));
    lines.put("commits", number(commits));
    lines.put("effects", number(effects));
    lines.put("acks", number(acks));
    lines.put("turns of threads", number(turns));
    faults.forEach((kind, times) ->
        lines.put("faults: " + kind.name().toLowerCase(java.util.Locale.ROOT), number(times)));
    return lines;
  }

  private static String number(long value) {
    return "%,d".formatted(value);
  }

  /** Plays one seed and says all that happens. */
  static Simulation.Result replay(long seed, Consumer<String> trace) {
    return Simulation.play(seed, trace);
  }
}
