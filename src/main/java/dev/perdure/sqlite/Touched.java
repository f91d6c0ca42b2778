package dev.perdure.sqlite;

import dev.perdure.journal.RunId;
import java.util.HashMap;
import java.util.Map;

/** What a batch has changed, for those who watch. Belongs to the writer's thread. */
final class Touched {

  /** What became of a run. */
  enum How {
    CHANGED,

    /** It goes no further by itself: it has ended, or is blocked. */
    STOPPED
  }

  private final Map<RunId, How> runs = new HashMap<>();
  private boolean anything;

  void add(RunId id) {
    runs.putIfAbsent(id, How.CHANGED);
    anything = true;
  }

  /** A run that goes no further; saying so of one that does wakes those who wait for nothing. */
  void addStopped(RunId id) {
    runs.put(id, How.STOPPED);
    anything = true;
  }

  /** Something visible that is not one run's. */
  void addOther() {
    anything = true;
  }

  Map<RunId, How> runs() {
    return runs;
  }

  boolean isAnything() {
    return anything;
  }
}
