package dev.perdure.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the wall clock, which may be set: looks at it twice a second as long as anybody waits.
 * Thread-safe.
 */
final class WallClock {

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private record Entry(Instant due, long number, Runnable action) {}

  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final NavigableSet<Entry> entries =
      new TreeSet<>(Comparator.comparing(Entry::due).thenComparingLong(Entry::number));
  private long nextNumber;
  private boolean looking;

  WallClock(Time time) {
    this.time = time;
  }

  Time.Wait at(Instant due, Runnable action) {
    lock.lock();
    try {
      var entry = new Entry(due, nextNumber++, action);
      entries.add(entry);
      lookLater();
      return () -> forget(entry);
    } finally {
      lock.unlock();
    }
  }

  private void forget(Entry entry) {
    lock.lock();
    try {
      entries.remove(entry);
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. */
  private void lookLater() {
    if (!looking && !entries.isEmpty()) {
      looking = true;
      time.after(LOOK_EVERY, this::look);
    }
  }

  private void look() {
    for (var due = takeDue(); due != null; due = takeDue()) {
      due.action().run();
    }
    lock.lock();
    try {
      looking = false;
      lookLater();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Entry takeDue() {
    lock.lock();
    try {
      if (entries.isEmpty() || time.instant().isBefore(entries.first().due())) {
        return null;
      }
      return entries.pollFirst();
    } finally {
      lock.unlock();
    }
  }
}
