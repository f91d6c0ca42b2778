package dev.perdure.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Real time: the system clocks and one platform thread that waits. Thread-safe. */
public final class SystemTime implements Time, AutoCloseable {

  private static final Logger LOG = System.getLogger(SystemTime.class.getName());

  /** Longer waits are not asked for: sums of them would pass the end of the monotonic clock. */
  private static final Duration LONGEST = Duration.ofDays(365 * 100);

  private static final long CLOSED_MILLIS_MAX = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private final WallClock wallClock = new WallClock(this);

  // Guarded by lock.
  private final WaitQueue waits = new WaitQueue();

  /** When the thread looks again by itself, on the monotonic clock; may be too early. */
  private long looksAt;

  private boolean closed;
  private boolean started;

  public SystemTime() {
    thread = Thread.ofPlatform().name("perdure-timer").daemon(true).unstarted(this::run);
  }

  @Override
  public Instant instant() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Wait after(Duration delay, Runnable action) {
    long nanos = (delay.compareTo(LONGEST) > 0 ? LONGEST : delay).toNanos();
    lock.lock();
    try {
      if (closed) {
        return () -> {};
      }
      var entry = waits.add(nanos() + nanos, action);
      wakeIfSooner(entry);
      return () -> forget(entry);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Wait at(Instant instant, Runnable action) {
    return wallClock.at(instant, action);
  }

  /**
   * Called with the lock held. What has been forgotten meanwhile may still be what the thread waits
   * for: most short waits are, and each would wake it twice.
   */
  private void wakeIfSooner(WaitQueue.Entry entry) {
    if (!started) {
      thread.start();
      started = true;
    } else if (entry.due() - looksAt < 0) {
      looksAt = entry.due();
      changed.signal();
    }
  }

  private void forget(WaitQueue.Entry entry) {
    lock.lock();
    try {
      waits.remove(entry);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (var due = awaitDue(); due != null; due = awaitDue()) {
      guarded(due.action());
    }
  }

  /**
   * What is due first, when it is; null at the end. Nobody but {@link #close} ends this thread: an
   * interrupt is what an action has left behind.
   */
  private WaitQueue.@Nullable Entry awaitDue() {
    lock.lock();
    try {
      while (!closed) {
        var first = waits.first();
        long now = nanos();
        if (first != null && first.due() - now <= 0) {
          waits.remove(first);
          return first;
        }
        long next = first == null ? now + LONGEST.toNanos() : first.due();
        if (looksAt - now <= 0 || next - looksAt < 0) {
          looksAt = next;
        }
        try {
          var _ = changed.awaitNanos(looksAt - now);
        } catch (InterruptedException e) {
          LOG.log(Level.DEBUG, "An action of the timer has left an interrupt.", e);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** One failing action must not pass unseen, nor stop the others. */
  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "An action of the timer failed.", e);
    }
  }

  /** Forgets all waits, and ends the thread: a container looks for those that stay. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      thread.join(CLOSED_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
