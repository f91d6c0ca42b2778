package dev.perdure.simulation;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.Ports;
import dev.perdure.engine.StepThreads;
import dev.perdure.engine.Time;
import dev.perdure.testing.memory.MemoryStore;
import dev.perdure.testing.memory.MemoryThreads;
import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** One life of the process that an engine lives in: its threads, its time and its journal. */
final class Life implements Time, StepThreads {

  /** Told when the process dies at a port. */
  interface Death {
    void crashed(Life life);
  }

  final int number;
  private final World world;
  private final Faults faults;
  private final Death death;
  private final Scheduler.Process process;
  private final Deque<Runnable> timerActions = new ArrayDeque<>();
  private final Thread timer;
  private final SimulatedJournal journal;
  private boolean starting = true;
  private boolean over;
  private boolean stopping;

  Life(
      int number,
      World world,
      Faults faults,
      Death death,
      MemoryStore store,
      Witness witness,
      boolean acknowledgesEarly) {
    this.number = number;
    this.world = world;
    this.faults = faults;
    this.death = death;
    this.process = world.scheduler.process();
    this.timer = process.start("timer", this::runTimer);
    this.journal = SimulatedJournal.on(store, this, world, faults, witness, acknowledgesEarly);
  }

  /** To be called on a thread of this life. */
  Engine engine(Collection<Workflow<?, ?>> workflows, EngineOptions options, long seed) {
    var random = new SplittableRandom(seed);
    var ports = new Ports(this, random, random.split(), this);
    return new Engine(journal, workflows, options, ports);
  }

  SimulatedJournal journal() {
    return journal;
  }

  boolean isOver() {
    return over;
  }

  boolean isStarting() {
    return starting;
  }

  boolean isStopping() {
    return stopping;
  }

  void started() {
    starting = false;
  }

  void stops() {
    stopping = true;
  }

  /** Is gone, as if killed. What is being committed is kept or lost. */
  void end() {
    over = true;
    journal.crash();
    process.end();
    world.forget(process);
  }

  /** A call through a port: the process may die here, or others have their turn. */
  void port() {
    mayDie();
    pause();
  }

  private void mayDie() {
    if (!over && faults.crashesHere(starting)) {
      death.crashed(this);
    }
    while (over) {
      // One that is interrupted could not wait for ever.
      var _ = Thread.interrupted();
      LockSupport.park(this);
    }
  }

  void pause() {
    if (faults.yieldsHere()) {
      Thread.yield();
    }
  }

  /** The code takes its time. */
  void sleep(Duration duration) throws InterruptedException {
    var waking = new boolean[1];
    var thread = Thread.currentThread();
    var cancel =
        world.after(
            duration,
            process,
            () -> {
              waking[0] = true;
              LockSupport.unpark(thread);
            });
    while (!waking[0]) {
      LockSupport.park(this);
      if (!waking[0] && Thread.interrupted()) {
        cancel.run();
        throw new InterruptedException();
      }
    }
  }

  /** The same for what heeds no interrupt. */
  void sleepThrough(Duration duration) {
    long end = world.nanos() + duration.toNanos();
    boolean interrupted = false;
    for (long left = duration.toNanos(); left > 0; left = end - world.nanos()) {
      try {
        sleep(Duration.ofNanos(left));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void runTimer() {
    while (true) {
      var action = timerActions.poll();
      if (action == null) {
        LockSupport.park(this);
      } else {
        action.run();
      }
    }
  }

  private void due(Runnable action) {
    timerActions.add(action);
    LockSupport.unpark(timer);
  }

  /** A thread that belongs to the simulation and not to the engine. */
  Thread thread(String name, Runnable code) {
    return process.start(name, code);
  }

  // Time

  @Override
  public Instant instant() {
    return world.instant();
  }

  @Override
  public long nanos() {
    return world.nanos();
  }

  @Override
  public Wait after(Duration delay, Runnable action) {
    return until(world.nanos() + delay.toNanos(), action);
  }

  @Override
  public Wait until(long deadlineNanos, Runnable action) {
    mayDie();
    return world.at(deadlineNanos, process, () -> due(action))::run;
  }

  @Override
  public Wait at(Instant instant, Runnable action) {
    mayDie();
    return world.at(instant, process, () -> due(action))::run;
  }

  // Threads

  @Override
  public Thread start(String name, Runnable code) {
    mayDie();
    var thread = process.start(name, code);
    pause();
    return thread;
  }

  /** For the code of transactional steps. */
  MemoryThreads ofTransactions() {
    return new MemoryThreads() {
      @Override
      public Thread start(Runnable code) {
        return Life.this.start("transaction", code);
      }

      @Override
      public void after(Duration delay, Runnable action) {
        var _ = Life.this.after(delay, action);
      }
    };
  }
}
