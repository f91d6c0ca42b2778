package dev.perdure.testing;

import dev.perdure.engine.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Time that stands still until a test moves it, so that thirty days pass in a millisecond. Actions
 * that are due run on the thread that moves the time, in the order in which they are due.
 * Thread-safe.
 */
public final class ManualTime implements Time {

  /** How long {@link #awaitWait} waits in real time before it gives up: a test has failed then. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private record Dated(Instant due, long sequence, Runnable action) {}

  private record Entry(long dueNanos, long sequence, Duration asked, Runnable action) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition asked = lock.newCondition();

  // Guarded by lock.
  private final NavigableSet<Entry> waits =
      new TreeSet<>(Comparator.comparingLong(Entry::dueNanos).thenComparingLong(Entry::sequence));
  private final NavigableSet<Dated> dated =
      new TreeSet<>(Comparator.comparing(Dated::due).thenComparingLong(Dated::sequence));
  private Instant instant;
  private long nanos;
  private long sequence;

  public ManualTime(Instant start) {
    this.instant = start;
  }

  @Override
  public Instant instant() {
    lock.lock();
    try {
      return Instant.ofEpochMilli(instant.toEpochMilli());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long nanos() {
    lock.lock();
    try {
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Wait after(Duration delay, Runnable action) {
    lock.lock();
    try {
      var entry = new Entry(nanos + delay.toNanos(), sequence++, delay, action);
      waits.add(entry);
      asked.signalAll();
      return () -> cancel(entry);
    } finally {
      lock.unlock();
    }
  }

  /** Exact also when the time is moved while somebody is about to wait. */
  @Override
  public Wait until(long deadlineNanos, Runnable action) {
    lock.lock();
    try {
      var left = Duration.ofNanos(Math.max(0, deadlineNanos - nanos));
      var entry = new Entry(deadlineNanos, sequence++, left, action);
      waits.add(entry);
      asked.signalAll();
      return () -> cancel(entry);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Wait at(Instant due, Runnable action) {
    lock.lock();
    try {
      var entry = new Dated(due, sequence++, action);
      dated.add(entry);
      asked.signalAll();
      return () -> cancel(entry);
    } finally {
      lock.unlock();
    }
  }

  private void cancel(Dated entry) {
    lock.lock();
    try {
      dated.remove(entry);
    } finally {
      lock.unlock();
    }
  }

  private void cancel(Entry entry) {
    lock.lock();
    try {
      waits.remove(entry);
    } finally {
      lock.unlock();
    }
  }

  /** Lets this much time pass on both clocks and runs what becomes due, one after the other. */
  public void advance(Duration duration) {
    long end = nanos() + duration.toNanos();
    for (var due = nextDue(end); !due.isEmpty(); due = nextDue(end)) {
      due.getFirst().run();
    }
    moveTo(end);
  }

  private List<Runnable> nextDue(long end) {
    lock.lock();
    try {
      var next = waits.isEmpty() ? null : waits.first();
      long byNanos = next == null ? Long.MAX_VALUE : next.dueNanos();
      long byClock = dated.isEmpty() ? Long.MAX_VALUE : nanosUntil(dated.first().due());
      if (Math.min(byNanos, byClock) > end) {
        return List.of();
      }
      moveTo(Math.min(byNanos, byClock));
      return List.of(byNanos <= byClock ? take(waits).action() : take(dated).action());
    } finally {
      lock.unlock();
    }
  }

  private static <T> T take(NavigableSet<T> entries) {
    var first = entries.first();
    entries.remove(first);
    return first;
  }

  /** When the wall clock shows this, if nobody sets it meanwhile; not before now. */
  private long nanosUntil(Instant due) {
    var left = Duration.between(instant, due);
    return left.isNegative() ? nanos : nanos + left.toNanos();
  }

  private void moveTo(long end) {
    lock.lock();
    try {
      if (end > nanos) {
        instant = instant.plusNanos(end - nanos);
        nanos = end;
      }
    } finally {
      lock.unlock();
    }
  }

  /** How long it is until something becomes due; empty when nobody waits. */
  public Optional<Duration> untilNext() {
    lock.lock();
    try {
      long next = nextNanos();
      return next == Long.MAX_VALUE
          ? Optional.empty()
          : Optional.of(Duration.ofNanos(Math.max(0, next - nanos)));
    } finally {
      lock.unlock();
    }
  }

  private long nextNanos() {
    long byNanos = waits.isEmpty() ? Long.MAX_VALUE : waits.first().dueNanos();
    long byClock = dated.isEmpty() ? Long.MAX_VALUE : nanosUntil(dated.first().due());
    return Math.min(byNanos, byClock);
  }

  /** Sets the wall clock alone, forward or back, as an operator or NTP does. */
  public void setClock(Instant now) {
    lock.lock();
    try {
      instant = now;
    } finally {
      lock.unlock();
    }
    advance(Duration.ZERO);
  }

  /** Blocks until somebody waits for exactly this long, so that a test may let it pass. */
  public void awaitWait(Duration delay) {
    awaitAsked(delay, () -> waits.stream().anyMatch(entry -> entry.asked().equals(delay)));
  }

  /** Blocks until somebody waits for the wall clock to show exactly this. */
  public void awaitDate(Instant due) {
    awaitAsked(due, () -> dated.stream().anyMatch(entry -> entry.due().equals(due)));
  }

  private void awaitAsked(Object what, BooleanSupplier isAsked) {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      while (!isAsked.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError("Nobody waits for " + what + ", but for " + asked());
        }
        left = asked.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting for a wait for " + what, e);
    } finally {
      lock.unlock();
    }
  }

  /** The lengths of the waits that are under way. */
  public List<Duration> asked() {
    lock.lock();
    try {
      var lengths = new ArrayList<Duration>();
      waits.forEach(entry -> lengths.add(entry.asked()));
      return lengths;
    } finally {
      lock.unlock();
    }
  }
}
