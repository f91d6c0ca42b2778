package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pen of one active run. What must be durable before the run goes on is {@linkplain #commit
 * committed}; what need not is {@linkplain #handOver handed over} and goes along with the next
 * commit, or by itself after 5 ms. Changes keep their order, and nothing is dropped: while the disk
 * is full the run waits here and tries again.
 *
 * <p>Used by the run's thread; only the 5 ms timer comes from outside.
 */
final class RunJournal {

  private static final Duration FLUSH_AFTER = Duration.ofMillis(5);
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final Journal journal;
  private final Time time;
  private final BooleanSupplier stopping;
  private final RunId id;
  private final int generation;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private List<Change> held = new ArrayList<>();
  private List<Change> sent = List.of();
  private @Nullable CompletableFuture<Verdict> flight;
  private Time.@Nullable Wait flushTimer;

  RunJournal(Journal journal, Time time, BooleanSupplier stopping, RunId id, int generation) {
    this.journal = journal;
    this.time = time;
    this.stopping = stopping;
    this.id = id;
    this.generation = generation;
  }

  /** Keeps the change for the next commit, which must follow at once. */
  void hold(Change change) {
    lock.lock();
    try {
      held.add(change);
    } finally {
      lock.unlock();
    }
  }

  /** Keeps the change for the next commit; commits it alone if none has come after 5 ms. */
  void handOver(Change change) {
    lock.lock();
    try {
      held.add(change);
      if (flushTimer == null) {
        flushTimer = time.after(FLUSH_AFTER, this::flush);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes these changes durable, behind all that is held.
   *
   * @throws Unwind when the run is not this engine's any longer
   * @throws JournalException when the journal has failed or broke
   */
  void commit(Change... changes) {
    var all = takeAll();
    all.addAll(List.of(changes));
    if (!all.isEmpty()) {
      write(all);
    }
  }

  private void flush() {
    lock.lock();
    try {
      flushTimer = null;
      if (!held.isEmpty() && flight == null) {
        sent = held;
        held = new ArrayList<>();
        flight = journal.submit(new Command.Advance(id, generation, sent));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Everything that is not durable yet, once the flush that may be under way has ended. */
  private List<Change> takeAll() {
    lock.lock();
    try {
      if (flushTimer != null) {
        flushTimer.cancel();
        flushTimer = null;
      }
      // A flush that has failed for good takes what is behind it along, and fails only once.
      var before = flight;
      var behind = held;
      flight = null;
      held = new ArrayList<>();
      var all = new ArrayList<Change>();
      if (before != null && !arrived(before)) {
        all.addAll(sent);
      }
      all.addAll(behind);
      return all;
    } finally {
      lock.unlock();
    }
  }

  private void write(List<Change> changes) {
    while (!arrived(journal.submit(new Command.Advance(id, generation, changes)))) {
      if (stopping.getAsBoolean()) {
        throw Unwind.stopped();
      }
      pause();
    }
  }

  /** Whether the changes are durable; false when they may and must be sent again. */
  private static boolean arrived(CompletableFuture<Verdict> future) {
    try {
      return switch (Futures.join(future)) {
        case APPLIED -> true;
        case REFUSED -> throw Unwind.stopped();
      };
    } catch (JournalException.Full | JournalException.Overloaded e) {
      return false;
    }
  }

  private void pause() {
    var over = new CompletableFuture<Void>();
    time.after(RETRY_AFTER, () -> over.complete(null));
    over.join();
  }
}
