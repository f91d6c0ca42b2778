package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.Journal;
import dev.perdure.journal.RunId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which runs are active: at most so many at once. Runs that had begun go on first, in the
 * order in which they became ready; pending ones follow from the journal, which is their queue,
 * oldest first. Thread-safe.
 */
final class Admission {

  /**
   * A run that may go on.
   *
   * @param deadlines of waits that began in this process
   */
  record Ready(RunId id, Map<Integer, Long> deadlines) {}

  /** Somebody who waits for few runs to be active. */
  private final class Quiet {
    private final int activeMost;
    private final CompletableFuture<Void> reached = new CompletableFuture<>();

    private Quiet(int activeMost) {
      this.activeMost = activeMost;
    }

    private boolean completeIfReached() {
      return active <= activeMost && reached.complete(null);
    }
  }

  private static final int ADMIT_MAX = 256;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Journal journal;
  private final Time time;
  private final int activeMax;
  private final Consumer<Ready> launch;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Deque<Ready> ready = new ArrayDeque<>();
  private final Set<RunId> queued = new HashSet<>();
  private final List<Quiet> quiet = new ArrayList<>();
  private boolean open;
  private boolean admitting;
  private int active;
  private long pending;

  Admission(Journal journal, Time time, int activeMax, Consumer<Ready> launch) {
    this.journal = journal;
    this.time = time;
    this.activeMax = activeMax;
    this.launch = launch;
  }

  /** Begins, with so many pending runs in the journal. */
  void open(long pendingRuns) {
    locked(() -> {
      pending += pendingRuns;
      open = true;
    });
    pump();
  }

  /** Ends: nothing becomes active any more. */
  void close() {
    locked(() -> open = false);
  }

  /** Takes a place for a run that is about to be stored, if it need not wait behind others. */
  boolean tryTakePlace() {
    lock.lock();
    try {
      boolean free = open && active < activeMax && ready.isEmpty() && pending <= 0;
      active += free ? 1 : 0;
      return free;
    } finally {
      lock.unlock();
    }
  }

  /** An active run has ended or was parked. */
  void leave() {
    locked(() -> giveBack(1));
    pump();
  }

  /** Completes when no more runs than these are active; the caller may complete it earlier. */
  CompletableFuture<Void> whenActiveAtMost(int count) {
    var wait = new Quiet(count);
    locked(() -> {
      if (!wait.completeIfReached()) {
        quiet.add(wait);
      }
    });
    return wait.reached;
  }

  /** A run that had begun may go on. */
  void resume(RunId id, Map<Integer, Long> deadlines) {
    locked(() -> {
      if (queued.add(id)) {
        ready.add(new Ready(id, deadlines));
      }
    });
    pump();
  }

  /** A run was stored as pending. */
  void pendingAdded(long count) {
    locked(() -> pending += count);
    pump();
  }

  long pending() {
    lock.lock();
    try {
      return pending;
    } finally {
      lock.unlock();
    }
  }

  int active() {
    lock.lock();
    try {
      return active;
    } finally {
      lock.unlock();
    }
  }

  boolean isQueued(RunId id) {
    lock.lock();
    try {
      return queued.contains(id);
    } finally {
      lock.unlock();
    }
  }

  /** Whether runs that had begun wait to go on, and more runs are active than these. */
  boolean hasReadyBeside(int activeRuns) {
    lock.lock();
    try {
      return !ready.isEmpty() && active > activeRuns;
    } finally {
      lock.unlock();
    }
  }

  private void pump() {
    launchReady();
    int admit = 0;
    lock.lock();
    try {
      if (open && active < activeMax && pending > 0 && !admitting) {
        admitting = true;
        admit = (int) Math.min(Math.min(activeMax - active, pending), ADMIT_MAX);
        active += admit;
      }
    } finally {
      lock.unlock();
    }
    if (admit > 0) {
      admit(admit);
    }
  }

  private void launchReady() {
    var next = new ArrayList<Ready>();
    locked(() -> {
      while (open && active < activeMax && !ready.isEmpty()) {
        next.add(take());
      }
    });
    next.forEach(launch);
  }

  private Ready take() {
    var first = ready.remove();
    queued.remove(first.id());
    active++;
    return first;
  }

  private void admit(int places) {
    var _ =
        journal
            .submit(new Command.AdmitRuns(places, time.instant()))
            .whenComplete((runs, error) -> admitted(places, runs, error));
  }

  private void admitted(int places, @Nullable List<RunId> runs, @Nullable Throwable error) {
    int count = runs == null ? 0 : runs.size();
    locked(() -> {
      admitting = false;
      giveBack(places - count);
      pending -= count;
    });
    if (runs != null) {
      runs.forEach(id -> launch.accept(new Ready(id, Map.of())));
    }
    if (error != null) {
      time.after(RETRY_AFTER, this::pump);
    } else if (count > 0) {
      pump();
    } else {
      // Who was pending has been cancelled meanwhile: its place is for those that had begun.
      launchReady();
    }
  }

  /** Called with the lock held. */
  private void giveBack(int places) {
    active -= places;
    quiet.removeIf(Quiet::completeIfReached);
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
