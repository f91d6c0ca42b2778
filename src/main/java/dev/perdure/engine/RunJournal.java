package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  /** How many changes go into one command, so that none holds up the writer for long. */
  private static final int CHANGES_MAX = 1_000;

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
  /** In order. Those before the last are full, and the last takes what comes. */
  private final Deque<Batch> next = new ArrayDeque<>(List.of(new Batch()));

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
      batchFor(1).changes.add(change);
    } finally {
      lock.unlock();
    }
  }

  /** Keeps the change for the next commit; commits it alone if none has come after 5 ms. */
  void handOver(Change change) {
    lock.lock();
    try {
      var batch = batchFor(1);
      if (change instanceof Change.StepProgressed progress) {
        batch.changes.removeIf(older -> isOlder(older, progress));
      }
      batch.changes.add(change);
      sendNext();
      if (flushTimer == null && !batch.awaited) {
        flushTimer = time.after(FLUSH_AFTER, this::flush);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Where so many changes go, that are not to be parted. Called with the lock held. */
  private Batch batchFor(int changes) {
    var last = next.getLast();
    if (last.changes.isEmpty() || last.changes.size() + changes <= CHANGES_MAX) {
      return last;
    }
    var fresh = new Batch();
    next.add(fresh);
    return fresh;
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

  /**
   * The same for the last change of the run.
   *
   * @param durable runs as soon as it is durable, before anybody can see it; must be short and not
   *     wait for anything
   */
  void commitLast(Change change, Runnable durable) {
    var last = add(List.of(change));
    join(last.thenRun(durable));
  }

  /**
   * Writes that the run is blocked, also when what was to be written before broke or was refused.
   * Nothing else may follow that: it might follow from what is lost.
   */
  void commitBlocked(Change... changes) {
    lock.lock();
    try {
      if (failure instanceof JournalException.Broken || failure instanceof Unwind) {
        failure = null;
        var last = next.getLast();
        last.changes.clear();
        next.removeIf(batch -> !batch.equals(last));
      }
    } finally {
      lock.unlock();
    }
    commit(changes);
  }

  private CompletableFuture<Void> add(List<Change> changes) {
    lock.lock();
    try {
      var batch = batchFor(changes.size());
      batch.changes.addAll(changes);
      if (batch.changes.isEmpty()) {
        return underWay == null ? failedOrDone() : underWay.durable;
      }
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
      next.getLast().awaited = true;
      sendNext();
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. */
  private void sendNext() {
    var batch = next.getFirst();
    boolean isAwaited = batch.awaited || next.size() > 1;
    if (underWay != null || !isAwaited || batch.changes.isEmpty()) {
      return;
    }
    next.remove();
    if (next.isEmpty()) {
      next.add(new Batch());
      stopFlushTimer();
    }
    underWay = batch;
    if (failure == null) {
      send(batch);
    } else {
      ended(batch, failure);
    }
  }

  /** Called with the lock held. */
  private void stopFlushTimer() {
    if (flushTimer != null) {
      flushTimer.cancel();
      flushTimer = null;
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
