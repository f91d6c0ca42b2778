package dev.perdure.sqlite;

import dev.perdure.journal.RunId;
import java.util.HashSet;
import java.util.Set;

/** What a batch has changed, for those who watch. Belongs to the writer's thread. */
final class Touched {

  private final Set<RunId> runs = new HashSet<>();
  private boolean anything;

  void add(RunId id) {
    runs.add(id);
    anything = true;
  }

  /** Something visible that is not one run's. */
  void addOther() {
    anything = true;
  }

  Set<RunId> runs() {
    return runs;
  }

  boolean isAnything() {
    return anything;
  }
}
