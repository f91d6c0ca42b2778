package dev.perdure.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the wall clock, which may be set: looks at it twice a second as long as anybody waits.
 * Thread-safe.
 */
final class WallClock {

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** Later instants than this are not distinguished; the year is 5138. */
  private static final Instant LATEST = Instant.ofEpochSecond(100_000_000_000L);

  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  /** By milliseconds since 1970, rounded up. */
  private final WaitQueue waits = new WaitQueue();

  private boolean looking;

  WallClock(Time time) {
    this.time = time;
  }

  Time.Wait at(Instant due, Runnable action) {
    lock.lock();
    try {
      var entry = waits.add(roundedUp(due), action);
      lookLater();
      return () -> forget(entry);
    } finally {
      lock.unlock();
    }
  }

  private static long roundedUp(Instant due) {
    var instant = due.isAfter(LATEST) ? LATEST : due;
    long millis = instant.toEpochMilli();
    return Instant.ofEpochMilli(millis).isBefore(instant) ? millis + 1 : millis;
  }

  private void forget(WaitQueue.Entry entry) {
    lock.lock();
    try {
      waits.remove(entry);
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. */
  private void lookLater() {
    if (!looking && !waits.isEmpty()) {
      looking = true;
      time.after(LOOK_EVERY, this::look);
    }
  }

  /** An action that fails does not end the looking: what else is due comes with the next look. */
  private void look() {
    try {
      for (var due = takeDue(); due != null; due = takeDue()) {
        due.action().run();
      }
    } finally {
      lookAgain();
    }
  }

  private void lookAgain() {
    lock.lock();
    try {
      looking = false;
      lookLater();
    } finally {
      lock.unlock();
    }
  }

  private WaitQueue.@Nullable Entry takeDue() {
    lock.lock();
    try {
      var first = waits.first();
      if (first == null || time.instant().toEpochMilli() < first.due()) {
        return null;
      }
      waits.remove(first);
      return first;
    } finally {
      lock.unlock();
    }
  }
}
