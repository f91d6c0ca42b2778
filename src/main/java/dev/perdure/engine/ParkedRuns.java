package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;

/** Wakes parked runs when they are due. A parked run costs an entry here and no thread. */
final class ParkedRuns {

  private static final Time.Wait NONE = () -> {};

  /** One stay of a run; events of an earlier stay find another one, and wake nobody. */
  private static final class Stay {
    private final Map<Integer, Long> deadlines;
    private final boolean mail;
    private volatile Time.Wait timer = NONE;
    private volatile Time.Wait wallClock = NONE;

    private Stay(Park park) {
      this.deadlines = park.deadlines();
      this.mail = park.mail();
    }

    private void cancel() {
      timer.cancel();
      wallClock.cancel();
    }
  }

  private final Time time;
  private final BiConsumer<RunId, Map<Integer, Long>> wake;
  private final ConcurrentMap<RunId, Stay> stays = new ConcurrentHashMap<>();

  /**
   * @param wake is told which run may go on, and the deadlines that its waits are kept by
   */
  ParkedRuns(Time time, BiConsumer<RunId, Map<Integer, Long>> wake) {
    this.time = time;
    this.wake = wake;
  }

  /** Wakes the run when the first of what it waits for has come. */
  void park(RunId run, Park park) {
    var stay = new Stay(park);
    stays.put(run, stay);
    park.deadlines().values().stream()
        .min(Long::compare)
        .ifPresent(deadline -> stay.timer = time.until(deadline, () -> wake(run, stay)));
    Instant wallClock = park.wallClock();
    if (wallClock != null) {
      stay.wallClock = time.at(wallClock, () -> wake(run, stay));
    }
    for (var attempt : park.ends()) {
      var _ = attempt.ended().thenRun(() -> wake(run, stay));
    }
    if (!stay.equals(stays.get(run))) {
      // It was woken before its timers were there to be cancelled.
      stay.cancel();
    }
  }

  /** Wakes the run if it is parked and waits for what comes from outside. */
  void call(RunId run) {
    var stay = stays.get(run);
    if (stay != null && stay.mail) {
      wake(run, stay);
    }
  }

  /** Wakes the run if it is parked, whatever it waits for. */
  void wake(RunId run) {
    var stay = stays.get(run);
    if (stay != null) {
      wake(run, stay);
    }
  }

  private void wake(RunId run, Stay stay) {
    if (stays.remove(run, stay)) {
      stay.cancel();
      wake.accept(run, stay.deadlines);
    }
  }

  int size() {
    return stays.size();
  }
}
