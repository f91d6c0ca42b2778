package dev.perdure.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A queue, bounded in number and in weight, with many producers, which never block, and one
 * consumer, which takes all there is.
 */
final class WorkQueue {

  private final Queue<Work<?>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicLong weight = new AtomicLong();
  private final int max;
  private final long weightMax;
  private volatile @Nullable Thread sleeper;

  /**
   * @param weightMax bounds the weights of all that waits; what is heavier by itself passes alone
   */
  WorkQueue(int max, long weightMax) {
    this.max = max;
    this.weightMax = weightMax;
  }

  /** False when the queue is full. */
  boolean offer(Work<?> work) {
    if (size.incrementAndGet() > max) {
      size.decrementAndGet();
      return false;
    }
    long before = weight.getAndAdd(work.weight());
    if (before > 0 && before + work.weight() > weightMax) {
      weight.addAndGet(-work.weight());
      size.decrementAndGet();
      return false;
    }
    queue.add(work);
    wake();
    return true;
  }

  /** Up to so many, in the order they came; waits for the first at most so long. */
  List<Work<?>> take(int most, long nanosMax) {
    var taken = drain(most);
    if (taken.isEmpty()) {
      sleeper = Thread.currentThread();
      if (queue.isEmpty()) {
        LockSupport.parkNanos(this, nanosMax);
      }
      sleeper = null;
      taken = drain(most);
    }
    return taken;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  void wake() {
    var waiting = sleeper;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  private List<Work<?>> drain(int most) {
    var taken = new ArrayList<Work<?>>();
    while (taken.size() < most) {
      var next = queue.poll();
      if (next == null) {
        break;
      }
      taken.add(next);
    }
    size.addAndGet(-taken.size());
    weight.addAndGet(-taken.stream().mapToLong(Work::weight).sum());
    return taken;
  }
}
