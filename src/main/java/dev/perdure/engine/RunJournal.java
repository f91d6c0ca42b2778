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
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pen of one active run. What must be durable before a body goes on is {@linkplain #commit
 * committed}; what need not is {@linkplain #handOver handed over} and goes along with the next
 * commit, or by itself after 5 ms. Changes keep their order, and nothing is dropped: while the disk
 * is full they wait here and are sent again.
 *
 * <p>One command is under way at a time, so that what one body has done is durable before what
 * follows from it, whoever of the run's bodies writes. What comes meanwhile goes into the next one
 * together. Thread-safe.
 */
final class RunJournal {

  private static final Duration FLUSH_AFTER = Duration.ofMillis(5);
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  /** Changes that go into one command, and who waits for them. */
  private static final class Batch {
    private final List<Change> changes = new ArrayList<>();
    private final CompletableFuture<Void> durable = new CompletableFuture<>();
    private boolean awaited;
  }

  private final Journal journal;
  private final Time time;
  private final BooleanSupplier stopping;
  private final RunId id;
  private final int generation;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private Batch next = new Batch();
  private @Nullable Batch underWay;
  private Time.@Nullable Wait flushTimer;
  private @Nullable Throwable failure;

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
      next.changes.add(change);
    } finally {
      lock.unlock();
    }
  }

  /** Keeps the change for the next commit; commits it alone if none has come after 5 ms. */
  void handOver(Change change) {
    lock.lock();
    try {
      if (change instanceof Change.StepProgressed progress) {
        next.changes.removeIf(older -> isOlder(older, progress));
      }
      next.changes.add(change);
      if (flushTimer == null && !next.awaited) {
        flushTimer = time.after(FLUSH_AFTER, this::flush);
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean isOlder(Change change, Change.StepProgressed progress) {
    return change instanceof Change.StepProgressed older && older.ordinal() == progress.ordinal();
  }

  /**
   * Makes these changes durable, behind all that is held.
   *
   * @throws Unwind when the run is not this engine's any longer
   * @throws JournalException when the journal has failed or broke
   */
  void commit(Change... changes) {
    join(add(List.of(changes)));
  }

  private CompletableFuture<Void> add(List<Change> changes) {
    lock.lock();
    try {
      next.changes.addAll(changes);
      if (next.changes.isEmpty()) {
        return underWay == null ? failedOrDone() : underWay.durable;
      }
      var batch = next;
      batch.awaited = true;
      sendNext();
      return batch.durable;
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<Void> failedOrDone() {
    return failure == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(failure);
  }

  private static void join(CompletableFuture<Void> durable) {
    try {
      durable.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case JournalException known -> throw known;
        case Unwind unwind -> throw new Unwind(unwind.why());
        case null, default -> throw e;
      }
    }
  }

  private void flush() {
    lock.lock();
    try {
      flushTimer = null;
      next.awaited = true;
      sendNext();
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. */
  private void sendNext() {
    if (underWay != null || !next.awaited || next.changes.isEmpty()) {
      return;
    }
    if (flushTimer != null) {
      flushTimer.cancel();
      flushTimer = null;
    }
    var batch = next;
    next = new Batch();
    underWay = batch;
    if (failure == null) {
      send(batch);
    } else {
      ended(batch, failure);
    }
  }

  private void send(Batch batch) {
    var _ =
        journal
            .submit(new Command.Advance(id, generation, batch.changes))
            .whenComplete((verdict, error) -> answered(batch, verdict, error));
  }

  private void answered(Batch batch, @Nullable Verdict verdict, @Nullable Throwable error) {
    var cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
    if (cause instanceof JournalException.Full || cause instanceof JournalException.Overloaded) {
      time.after(RETRY_AFTER, () -> sendAgain(batch));
    } else if (cause != null) {
      ended(batch, cause);
    } else {
      ended(batch, verdict == Verdict.APPLIED ? null : Unwind.stopped());
    }
  }

  private void sendAgain(Batch batch) {
    if (stopping.getAsBoolean()) {
      ended(batch, Unwind.stopped());
    } else {
      send(batch);
    }
  }

  private void ended(Batch batch, @Nullable Throwable error) {
    lock.lock();
    try {
      underWay = null;
      if (error != null) {
        failure = error;
      }
      sendNext();
    } finally {
      lock.unlock();
    }
    if (error == null) {
      batch.durable.complete(null);
    } else {
      batch.durable.completeExceptionally(error);
    }
  }
}
