package dev.perdure.testing.memory;

import dev.perdure.journal.RunId;
import java.util.HashSet;
import java.util.Set;

/** What the command in hand has changed, for those who watch. Guarded by the store's lock. */
final class MemoryTouched {

  private final Set<RunId> runs = new HashSet<>();
  private final Set<RunId> stopped = new HashSet<>();
  private boolean anything;

  void begin() {
    runs.clear();
    stopped.clear();
    anything = false;
  }

  void add(RunId id) {
    runs.add(id);
    anything = true;
  }

  /** A run that has ended or is blocked. */
  void addStopped(RunId id) {
    add(id);
    stopped.add(id);
  }

  /** Something visible that is not one run's. */
  void addOther() {
    anything = true;
  }

  boolean isAnything() {
    return anything;
  }

  Set<RunId> runs() {
    return Set.copyOf(runs);
  }

  Set<RunId> stopped() {
    return Set.copyOf(stopped);
  }
}
