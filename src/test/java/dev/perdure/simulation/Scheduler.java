package dev.perdure.simulation;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Virtual threads whose turns are given out by the one thread that drives the simulation, so that a
 * seed decides every order in which they run. A thread keeps its turn until it waits or yields.
 *
 * <p>The JDK has no public way to name the scheduler of a virtual thread; its own builder takes
 * one. That needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class Scheduler {

  private static final Constructor<?> BUILDER = builder();

  private final Thread driver = Thread.currentThread();
  private final List<Runnable> ready = new ArrayList<>();
  private volatile boolean disturbed;

  private static Constructor<?> builder() {
    try {
      var type = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
      var constructor = type.getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "The simulation needs --add-opens java.base/java.lang=ALL-UNNAMED.", e);
    }
  }

  /** Threads that live in one process, and are gone with it. */
  final class Process implements Executor {
    private final Thread.Builder.OfVirtual threads = threads();
    private boolean ended;

    private Thread.Builder.OfVirtual threads() {
      try {
        return (Thread.Builder.OfVirtual) BUILDER.newInstance(this);
      } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(e);
      }
    }

    Thread start(String name, Runnable code) {
      return threads.name(name).start(code);
    }

    /** None of its threads does anything any more, not even what is in its {@code finally}. */
    void end() {
      ended = true;
      ready.removeIf(turn -> ((Turn) turn).process() == this);
    }

    @Override
    public void execute(Runnable continuation) {
      var caller = Thread.currentThread();
      if (!caller.isVirtual() && caller != driver) {
        // The JDK's own, for a monitor that something else in this process has held.
        disturbed = true;
      } else if (!ended) {
        ready.add(new Turn(this, continuation));
      }
    }
  }

  private record Turn(Process process, Runnable continuation) implements Runnable {
    @Override
    public void run() {
      continuation.run();
    }
  }

  Process process() {
    return new Process();
  }

  /** How many threads could go on. */
  int ready() {
    return ready.size();
  }

  /**
   * Gives one of them its turn.
   *
   * @throws Disturbed when something outside has had a hand in it, which no seed can repeat
   */
  void turn(int index) {
    ready.remove(index).run();
    requireUndisturbed();
  }

  void requireUndisturbed() {
    if (disturbed) {
      throw new Disturbed();
    }
  }

  /** What has been played says nothing; the same seed is to be played again. */
  static final class Disturbed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
