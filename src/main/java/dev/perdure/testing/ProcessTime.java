package dev.perdure.testing;

import dev.perdure.engine.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The time of one process that ends before time itself does: after its end nothing it had waited
 * for happens any more. Thread-safe.
 */
public final class ProcessTime implements Time {

  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Set<Wait> waits = new HashSet<>();
  private boolean ended;

  public ProcessTime(Time time) {
    this.time = time;
  }

  /** The process is gone. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      waits.forEach(Wait::cancel);
      waits.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Instant instant() {
    return time.instant();
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public Wait after(Duration delay, Runnable action) {
    return remembered(() -> time.after(delay, action));
  }

  @Override
  public Wait until(long deadlineNanos, Runnable action) {
    return remembered(() -> time.until(deadlineNanos, action));
  }

  @Override
  public Wait at(Instant instant, Runnable action) {
    return remembered(() -> time.at(instant, action));
  }

  private Wait remembered(Supplier<Wait> asked) {
    lock.lock();
    try {
      if (ended) {
        return () -> {};
      }
      var wait = asked.get();
      waits.add(wait);
      return () -> forget(wait);
    } finally {
      lock.unlock();
    }
  }

  private void forget(Wait wait) {
    wait.cancel();
    lock.lock();
    try {
      waits.remove(wait);
    } finally {
      lock.unlock();
    }
  }
}
