package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The runs that hold a thread, and the way to reach a run wherever it is. Thread-safe. */
final class LiveRuns {

  /** A run on its way: it is being stored or read, and will be active. */
  private static final class Coming {
    private Unwind.@Nullable Why end;
    private boolean isHere;
  }

  private final ConcurrentMap<RunId, Coming> coming = new ConcurrentHashMap<>();
  private final ConcurrentMap<RunId, ActiveRun> active = new ConcurrentHashMap<>();
  private final ParkedRuns parked;
  private final EndWaits waits = new EndWaits();
  private volatile boolean closed;

  LiveRuns(ParkedRuns parked) {
    this.parked = parked;
  }

  /**
   * The run is about to be stored or read. Has to come first: whoever ends it after it was read
   * must not miss it.
   */
  void expect(RunId id) {
    coming.put(id, new Coming());
  }

  /** It will not be active after all. */
  void giveUp(RunId id) {
    coming.remove(id);
    waits.lookAgain(id);
  }

  /**
   * Completes with the output of the run when that is durable; or without one when the run has left
   * in another way, or is not under way here at all, so that the journal has to be asked.
   */
  CompletableFuture<Optional<String>> output(RunId id) {
    var output = waits.of(id);
    if (!isUnderWay(id)) {
      waits.lookAgain(id);
    }
    return output;
  }

  boolean isUnderWay(RunId id) {
    return !closed && (coming.containsKey(id) || active.containsKey(id));
  }

  void begin(ActiveRun run) {
    active.put(run.id(), run);
    var before = coming.remove(run.id());
    if (before != null) {
      synchronized (before) {
        before.isHere = true;
        if (before.end != null) {
          run.end(before.end);
        }
      }
    }
  }

  /** The run holds no thread any more. */
  void leave(ActiveRun run) {
    if (active.remove(run.id(), run)) {
      waits.lookAgain(run.id());
    }
  }

  /** The run has completed, which is durable. */
  void completed(ActiveRun run, String output) {
    active.remove(run.id(), run);
    waits.completed(run.id(), output);
  }

  /**
   * Whoever waits has to ask the journal, now and from now on: a body that does not heed the end of
   * its engine ends nobody knows when.
   */
  void close() {
    closed = true;
    waits.close();
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
    var one = coming.get(id);
    if (one != null) {
      synchronized (one) {
        if (!one.isHere) {
          one.end = why;
          return;
        }
      }
    }
    var run = active.get(id);
    if (run != null) {
      run.end(why);
    }
    parked.wake(id);
  }
}
