package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Wakes parked runs when they are due. A parked run costs an entry here and no thread. */
final class ParkedRuns {

  /** One stay of a run; events of an earlier stay find another one, and wake nobody. */
  private static final class Stay {
    private volatile Time.Wait timer = () -> {};
  }

  private final Time time;
  private final Consumer<RunId> wake;
  private final ConcurrentMap<RunId, Stay> stays = new ConcurrentHashMap<>();

  ParkedRuns(Time time, Consumer<RunId> wake) {
    this.time = time;
    this.wake = wake;
  }

  /** Wakes the run after this time, or as soon as the attempt has ended, whichever is first. */
  void park(RunId run, Duration wakeAfter, @Nullable Attempt orWhenEnded) {
    var stay = new Stay();
    stays.put(run, stay);
    stay.timer = time.after(wakeAfter, () -> wake(run, stay));
    if (orWhenEnded != null) {
      var _ = orWhenEnded.ended().thenRun(() -> wake(run, stay));
    }
  }

  private void wake(RunId run, Stay stay) {
    if (stays.remove(run, stay)) {
      stay.timer.cancel();
      wake.accept(run);
    }
  }

  int size() {
    return stays.size();
  }
}
