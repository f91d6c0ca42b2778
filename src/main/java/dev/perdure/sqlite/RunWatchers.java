package dev.perdure.sqlite;

import dev.perdure.journal.Commits;
import dev.perdure.journal.RunId;
import dev.perdure.sqlite.Touched.How;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts commits and wakes those who wait for a change of a run. Thread-safe. */
final class RunWatchers implements Commits {

  private static final int WATCHERS_MAX = 10_000;

  /**
   * How long one more waits before it is told to ask again, so that it does not ask all the time.
   */
  private static final long NO_PLACE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Executor callbacks;
  private final AtomicLong count = new AtomicLong();

  // Guarded by this.
  private final Map<RunId, List<Watcher>> watchers = new HashMap<>();
  private int watching;
  private boolean closed;

  /** One who waits. */
  private static final class Watcher {
    final CompletableFuture<Boolean> changed = new CompletableFuture<>();

    /** The least that wakes it. */
    final How from;

    Watcher(How from) {
      this.from = from;
    }
  }

  RunWatchers(Executor callbacks) {
    this.callbacks = callbacks;
  }

  @Override
  public long count() {
    return count.get();
  }

  @Override
  public CompletableFuture<Boolean> nextChangeOf(RunId id, Duration atMost) {
    return watch(id, How.CHANGED, atMost);
  }

  @Override
  public CompletableFuture<Boolean> endOf(RunId id, Duration atMost) {
    return watch(id, How.STOPPED, atMost);
  }

  private CompletableFuture<Boolean> watch(RunId id, How from, Duration atMost) {
    long nanos = atMost.toNanos();
    var watcher = new Watcher(from);
    synchronized (this) {
      if (closed) {
        return CompletableFuture.completedFuture(false);
      }
      if (watching >= WATCHERS_MAX) {
        return falseAfter(new CompletableFuture<>(), Math.min(nanos, NO_PLACE_NANOS));
      }
      watchers.computeIfAbsent(id, any -> new ArrayList<>(1)).add(watcher);
      watching++;
    }
    var _ = watcher.changed.whenComplete((_, _) -> remove(id, watcher));
    // The future itself and none that hangs on it: whoever needs it no longer completes it.
    return falseAfter(watcher.changed, nanos);
  }

  private static CompletableFuture<Boolean> falseAfter(
      CompletableFuture<Boolean> future, long nanos) {
    return future.completeOnTimeout(false, nanos, TimeUnit.NANOSECONDS);
  }

  /** After a commit that has changed something; before it is acknowledged. */
  void committed(Map<RunId, How> runs) {
    count.incrementAndGet();
    List<Watcher> woken = new ArrayList<>();
    synchronized (this) {
      if (watching == 0) {
        return;
      }
      runs.forEach((run, how) -> addWoken(woken, run, how));
    }
    complete(woken, true);
  }

  private void addWoken(List<Watcher> woken, RunId run, How how) {
    for (var watcher : watchers.getOrDefault(run, List.of())) {
      if (how.compareTo(watcher.from) >= 0) {
        woken.add(watcher);
      }
    }
  }

  /** Nothing changes any more. */
  void close() {
    List<Watcher> woken = new ArrayList<>();
    synchronized (this) {
      closed = true;
      watchers.values().forEach(woken::addAll);
    }
    complete(woken, false);
  }

  private void complete(List<Watcher> woken, boolean changed) {
    if (!woken.isEmpty()) {
      callbacks.execute(() -> woken.forEach(watcher -> watcher.changed.complete(changed)));
    }
  }

  private synchronized void remove(RunId id, Watcher watcher) {
    var ofRun = watchers.get(id);
    if (ofRun != null && ofRun.remove(watcher)) {
      watching--;
      if (ofRun.isEmpty()) {
        watchers.remove(id);
      }
    }
  }
}
