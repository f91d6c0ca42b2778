package dev.perdure.engine;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The gate that every attempt passes before it starts, and the list of those that are in flight. It
 * holds back new attempts while the engine stops, while zombies hold too many carriers, and while a
 * suspect is on trial: a step whose attempts were in flight at two unclean ends in a row runs
 * alone, so that a third crash is its own. An attempt that has lived for 30 s is no threat and does
 * not count as company. Thread-safe.
 */
final class StartGate {

  /** How long an attempt must live to be cleared. */
  static final Duration CLEARED_AFTER = Duration.ofSeconds(30);

  private static final Duration RECHECK = Duration.ofMillis(250);

  private final Zombies zombies;
  private final Time time;
  private final IntPredicate othersFirst;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Set<Attempt> inFlight = new LinkedHashSet<>();
  private boolean stopped;
  private int trialsWaiting;
  private @Nullable Attempt onTrial;

  /**
   * @param othersFirst whether runs wait to go on that come before suspects, and will have a place
   *     although so many active runs keep theirs
   */
  StartGate(Zombies zombies, Time time, IntPredicate othersFirst) {
    this.zombies = zombies;
    this.time = time;
    this.othersFirst = othersFirst;
  }

  /** Lets the attempt in if that is possible at once. */
  boolean tryEnter(Attempt attempt, boolean suspect) {
    lock.lock();
    try {
      if (stopped || !isOpenFor(suspect)) {
        return false;
      }
      admit(attempt, suspect);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the attempt may start; throws {@link Unwind} when the engine stops. */
  void enter(Attempt attempt, boolean suspect) {
    lock.lock();
    try {
      trialsWaiting += suspect ? 1 : 0;
      try {
        awaitOpen(suspect);
      } finally {
        trialsWaiting -= suspect ? 1 : 0;
        changed.signalAll();
      }
      if (stopped) {
        throw Unwind.stopped();
      }
      admit(attempt, suspect);
    } finally {
      lock.unlock();
    }
  }

  /** An interrupt is the body's own affair: a run that left here for it would be left for good. */
  private void awaitOpen(boolean suspect) {
    boolean interrupted = false;
    while (!stopped && !isOpenFor(suspect)) {
      // Ages and zombies change without a signal, so it looks again by itself.
      var again = time.after(RECHECK, this::lookAgain);
      try {
        changed.await();
      } catch (InterruptedException e) {
        interrupted = true;
      } finally {
        again.cancel();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAgain() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The attempt's outcome is known. */
  void leave(Attempt attempt) {
    lock.lock();
    try {
      inFlight.remove(attempt);
      if (attempt.equals(onTrial)) {
        onTrial = null;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing starts any more. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<Attempt> inFlight() {
    lock.lock();
    try {
      return List.copyOf(inFlight);
    } finally {
      lock.unlock();
    }
  }

  private boolean isOpenFor(boolean suspect) {
    if (onTrial != null && isYoung(onTrial)) {
      return false;
    }
    if (zombies.holdTooMuch()) {
      return false;
    }
    if (suspect) {
      return !othersGoFirst() && inFlight.stream().noneMatch(this::isYoung);
    }
    return trialsWaiting == 0 || othersGoFirst();
  }

  /** Suspects that wait here, and attempts that go on, give nobody their place. */
  private boolean othersGoFirst() {
    return othersFirst.test(trialsWaiting + inFlight.size());
  }

  private boolean isYoung(Attempt attempt) {
    return attempt.age().compareTo(CLEARED_AFTER) < 0;
  }

  private void admit(Attempt attempt, boolean suspect) {
    inFlight.add(attempt);
    if (suspect) {
      onTrial = attempt;
    }
  }
}
