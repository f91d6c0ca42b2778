package dev.perdure.testing.memory;

import dev.perdure.journal.Commits;
import dev.perdure.journal.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Counts the commits of one owner and wakes those who wait for a change. Thread-safe. */
final class MemoryCommits implements Commits {

  // Guarded by this.
  private final Map<RunId, List<Watcher>> watchers = new HashMap<>();
  private long count;
  private boolean closed;

  /** One who waits. */
  private static final class Watcher {
    final CompletableFuture<Boolean> changed = new CompletableFuture<>();
    final boolean untilStopped;

    Watcher(boolean untilStopped) {
      this.untilStopped = untilStopped;
    }
  }

  @Override
  public synchronized long count() {
    return count;
  }

  @Override
  public CompletableFuture<Boolean> nextChangeOf(RunId id, Duration atMost) {
    return watch(id, new Watcher(false), atMost);
  }

  @Override
  public CompletableFuture<Boolean> endOf(RunId id, Duration atMost) {
    return watch(id, new Watcher(true), atMost);
  }

  private CompletableFuture<Boolean> watch(RunId id, Watcher watcher, Duration atMost) {
    synchronized (this) {
      if (closed) {
        return CompletableFuture.completedFuture(false);
      }
      watchers.computeIfAbsent(id, _ -> new ArrayList<>(1)).add(watcher);
    }
    return watcher
        .changed
        .completeOnTimeout(false, atMost.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((_, _) -> remove(id, watcher));
  }

  void committed(Set<RunId> runs, Set<RunId> stopped) {
    var woken = new ArrayList<Watcher>();
    synchronized (this) {
      count++;
      for (var run : runs) {
        watchers.getOrDefault(run, List.of()).stream()
            .filter(watcher -> !watcher.untilStopped || stopped.contains(run))
            .forEach(woken::add);
      }
    }
    woken.forEach(watcher -> watcher.changed.complete(true));
  }

  /** Nothing changes any more. */
  void close() {
    var woken = new ArrayList<Watcher>();
    synchronized (this) {
      closed = true;
      watchers.values().forEach(woken::addAll);
    }
    woken.forEach(watcher -> watcher.changed.complete(false));
  }

  private synchronized void remove(RunId id, Watcher watcher) {
    watchers.computeIfPresent(
        id,
        (_, ofRun) -> {
          ofRun.remove(watcher);
          return ofRun.isEmpty() ? null : ofRun;
        });
  }
}
