package dev.perdure.testing;

import dev.perdure.engine.StepThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows when an engine has nothing to do until time moves or somebody asks for something: all of
 * its threads have ended and nothing is being written. A step that {@linkplain #hang hangs} on
 * purpose does not count, nor does the run that does nothing but wait for it. Thread-safe.
 */
final class Quiescence implements StepThreads {

  /** How long it waits in real time before the test has failed. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** That a run waits for a step that hangs is no event, so it is looked for. */
  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(1).toNanos();

  private static final int RUN_ID_LENGTH = 36;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Map<Thread, Boolean> hanging = new HashMap<>();
  private int writes;

  @Override
  public Thread start(String name, Runnable code) {
    var thread = Thread.ofVirtual().name(name).unstarted(() -> run(code));
    lock.lock();
    try {
      hanging.put(thread, false);
    } finally {
      lock.unlock();
    }
    thread.start();
    return thread;
  }

  private void run(Runnable code) {
    try {
      code.run();
    } finally {
      change(() -> hanging.remove(Thread.currentThread()));
    }
  }

  /** Something is about to be written. */
  void writing() {
    change(() -> writes++);
  }

  /** It has been written, and those who waited for that have been told. */
  void written() {
    change(() -> writes--);
  }

  /** Does nothing until this thread, which is that of a step, is interrupted. */
  void hang() throws InterruptedException {
    mark(true);
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.park(this);
    }
    // Only then is the interrupt taken: without a moment in which it seems to hang.
    mark(false);
    Thread.interrupted();
    throw new InterruptedException("The step hung until it was interrupted.");
  }

  private void mark(boolean hangs) {
    change(() -> hanging.replace(Thread.currentThread(), hangs));
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Blocks until nothing is going on. */
  void await() {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      while (!isQuiet()) {
        if (left <= 0) {
          throw new AssertionError(stuck());
        }
        long most = lookAgainAfter(left);
        left -= most - Math.max(0, changed.awaitNanos(most));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting for the engine.", e);
    } finally {
      lock.unlock();
    }
  }

  private long lookAgainAfter(long left) {
    return hanging.containsValue(true) ? Math.min(left, LOOK_AGAIN_NANOS) : left;
  }

  /** Ends what hangs, as the end of its process does. */
  void end() {
    lock.lock();
    try {
      hanging.forEach((thread, hangs) -> {
        if (hangs) {
          thread.interrupt();
        }
      });
    } finally {
      lock.unlock();
    }
  }

  private boolean isQuiet() {
    return writes == 0 && busy().isEmpty();
  }

  private List<Thread> busy() {
    var busy = new ArrayList<Thread>();
    hanging.forEach((thread, hangs) -> {
      if (!(hangs ? !thread.isInterrupted() : waitsForOneThatHangs(thread))) {
        busy.add(thread);
      }
    });
    return busy;
  }

  private boolean waitsForOneThatHangs(Thread thread) {
    return thread.getName().startsWith("perdure-run-")
        && thread.getState() == Thread.State.WAITING
        && hanging.entrySet().stream()
            .anyMatch(other -> other.getValue() && runOf(other.getKey()).equals(runOf(thread)));
  }

  private static String runOf(Thread thread) {
    var name = thread.getName();
    return name.substring(Math.max(0, name.length() - RUN_ID_LENGTH));
  }

  private String stuck() {
    var text = new StringBuilder("The engine does not come to rest. Writes under way: " + writes);
    for (var thread : busy()) {
      text.append("\n").append(thread.getName());
      for (var frame : thread.getStackTrace()) {
        text.append("\n    at ").append(frame);
      }
    }
    return text.append("\nA step that waits for time to move has to be stubbed: hangs().")
        .toString();
  }
}
