package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The runs that hold a suspect step. They go on last and one after the other; what a run does once
 * its suspect is cleared is like that of any other, and holds up none. Thread-safe.
 */
final class Suspects {

  // Guarded by this.
  private final Deque<RunId> waiting = new ArrayDeque<>();
  private @Nullable RunId current;

  synchronized void add(Collection<RunId> runs) {
    waiting.addAll(runs);
  }

  /** The next to go on; empty while one does, or when there is none. */
  synchronized Optional<RunId> next() {
    if (current != null || waiting.isEmpty()) {
      return Optional.empty();
    }
    current = waiting.remove();
    return Optional.of(current);
  }

  /** This run is no threat any longer, has ended or is parked; says whether another may follow. */
  synchronized boolean done(RunId run) {
    if (!run.equals(current)) {
      return false;
    }
    current = null;
    return true;
  }

  /** Whether the run waits for those before it. */
  synchronized boolean isWaiting(RunId run) {
    return waiting.contains(run);
  }
}
