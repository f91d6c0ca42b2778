package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The runs that hold a thread, and the way to reach a run wherever it is. Thread-safe. */
final class LiveRuns {

  private final ConcurrentMap<RunId, ActiveRun> active = new ConcurrentHashMap<>();
  private final ParkedRuns parked;

  LiveRuns(ParkedRuns parked) {
    this.parked = parked;
  }

  void begin(ActiveRun run) {
    active.put(run.id(), run);
  }

  /** The run holds no thread any more. */
  void leave(ActiveRun run) {
    active.remove(run.id(), run);
  }

  /**
   * The run holds no thread any more, and waits. Whoever calls it either finds it parked, or has
   * found it active; then it is woken at once.
   */
  void park(ActiveRun run, Park park) {
    parked.park(run.id(), park);
    leave(run);
    if (run.calls() > 0) {
      parked.wake(run.id());
    }
  }

  /** A message has come for the run. */
  void call(RunId id) {
    var run = active.get(id);
    if (run != null) {
      run.call();
    }
    parked.call(id);
  }

  /** The run is to end: what it does is interrupted, what it waits for is over. */
  void end(RunId id, Unwind.Why why) {
    var run = active.get(id);
    if (run != null) {
      run.end(why);
    }
    parked.wake(id);
  }
}
