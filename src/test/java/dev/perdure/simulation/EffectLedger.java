package dev.perdure.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the code of steps really did, whatever the journal says. */
final class EffectLedger {

  /** An attempt whose code has begun. */
  static final class Interval {
    final Life life;
    final String key;
    final int attempt;
    final long beganNanos;
    long endedNanos = -1;
    boolean failed;

    private Interval(Life life, String key, int attempt, long beganNanos) {
      this.life = life;
      this.key = key;
      this.attempt = attempt;
      this.beganNanos = beganNanos;
    }
  }

  private record Try(String key, int attempt) {}

  private final Map<String, List<Interval>> open = new HashMap<>();
  private final Map<String, Interval> latest = new HashMap<>();
  private final Set<Try> begun = new HashSet<>();
  private long effects;

  Interval begin(Life life, String key, int attempt, long nanos) {
    effects++;
    var interval = new Interval(life, key, attempt, nanos);
    begun.add(new Try(key, attempt));
    open.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(interval);
    latest.put(key, interval);
    return interval;
  }

  void end(Interval interval, long nanos, boolean failed) {
    interval.endedNanos = nanos;
    interval.failed = failed;
    open.getOrDefault(interval.key, List.of()).remove(interval);
  }

  boolean hasBegun(String key, int attempt) {
    return begun.contains(new Try(key, attempt));
  }

  List<Interval> open(String key) {
    return open.getOrDefault(key, List.of());
  }

  /** The attempt before; null when there was none. */
  Interval latest(String key) {
    return latest.get(key);
  }

  /** The process is gone, and all its threads with it. */
  void crashed() {
    open.clear();
  }

  long effects() {
    return effects;
  }
}
