package dev.perdure.simulation;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.journal.JournalException;
import dev.perdure.testing.memory.MemoryStore;
import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One seed: random programs, random clients and random faults around a real engine, from the first
 * start to the end of every run.
 */
final class Simulation {

  /** How far time may move at once; further than that everything has come to a stop. */
  private static final Duration PATIENCE = Duration.ofDays(2);

  private static final int DISTURBED_MAX = 5;
  private static final Duration RESTART_WITHIN = Duration.ofMillis(2_000);

  /** What one seed has come to. */
  record Result(
      long seed,
      int runs,
      long commits,
      long effects,
      long turns,
      long acks,
      long digest,
      Map<Faults.Kind, Integer> faults) {}

  private final boolean acknowledgesEarly;
  private final long seed;
  private final SplittableRandom random;
  private final World world;
  private final Faults faults;
  private final MemoryStore store = new MemoryStore();
  private final List<Program> programs;
  private final Witness witness;
  private final Clients clients;
  private final EngineOptions options;
  private int lives;
  private @Nullable Life life;
  private @Nullable Engine engine;

  private Simulation(
      long seed,
      World world,
      Faults faults,
      SplittableRandom random,
      List<Program> programs,
      EngineOptions options,
      boolean acknowledgesEarly) {
    this.seed = seed;
    this.world = world;
    this.faults = faults;
    this.random = random;
    this.programs = programs;
    this.options = options;
    this.acknowledgesEarly = acknowledgesEarly;
    var byName = new HashMap<String, Program>();
    programs.forEach(program -> byName.put(program.name(), program));
    this.witness = new Witness(world, faults, store.open().reader(), byName, this::journalFailed);
    this.clients = new Clients(random.split(), world, witness, this::current);
  }

  private static Simulation of(
      long seed, boolean acknowledgesEarly, @Nullable Consumer<String> trace) {
    var random = new SplittableRandom(seed);
    var world = new World(Chooser.random(random.split()));
    world.traceTo(trace);
    var faults = new Faults(random.split(), world);
    var programs = new Programs(random.split()).some();
    var options =
        new EngineOptions(
            random.nextInt(3) == 0 ? random.nextInt(1, 4) : 256,
            1_000,
            Duration.ofMillis(500L * random.nextInt(6)),
            ZoneId.of("UTC"));
    var simulation =
        new Simulation(seed, world, faults, random, programs, options, acknowledgesEarly);
    simulation.clients.plan();
    return simulation;
  }

  /**
   * Without faults, in the order that the chooser says.
   *
   * @param from the chooser is not asked before
   */
  static Result play(
      Chooser chooser, Duration from, List<Program> programs, Consumer<Clients> plan) {
    var world = new World(chooser, from);
    var options = new EngineOptions(256, 1_000, Duration.ZERO, ZoneId.of("UTC"));
    var simulation =
        new Simulation(
            0, world, Faults.none(world), new SplittableRandom(0), programs, options, false);
    plan.accept(simulation.clients);
    return simulation.play();
  }

  static Result play(long seed, @Nullable Consumer<String> trace) {
    for (int disturbed = 0; disturbed < DISTURBED_MAX; disturbed++) {
      try {
        return of(seed, false, trace).play();
      } catch (Scheduler.Disturbed e) {
        // Again: nothing has been shown.
      }
    }
    throw new IllegalStateException("Something outside disturbs every play of seed " + seed);
  }

  /** With a journal that answers before it has committed: a crippled twin. */
  static Result playAcknowledgingEarly(long seed) {
    return of(seed, true, null).play();
  }

  private Result play() {
    try {
      programs.forEach(program -> world.say(program.toString()));
      faults.plan();
      for (int i = faults.shutdowns(); i > 0; i--) {
        world.after(faults.sometime(), this::shutDown);
      }
      begin();
      run();
      check();
      return result();
    } catch (Violation e) {
      world.scheduler.requireUndisturbed();
      throw e;
    } catch (Scheduler.Disturbed e) {
      throw e;
    } catch (RuntimeException e) {
      throw new AssertionError("The simulation itself has failed: " + e, e);
    } finally {
      if (life != null) {
        life.end();
      }
    }
  }

  private Result result() {
    return new Result(
        seed,
        witness.views().size(),
        witness.commits(),
        witness.ledger().effects(),
        world.turns(),
        clients.acks(),
        world.digest(),
        faults.injected());
  }

  private void run() {
    while (!isOver()) {
      var ahead = world.untilNext();
      if (ahead != null && !ahead.isZero()) {
        witness.idle(ahead, isSettled(), options.activeRunsMax());
      }
      if (!world.step(PATIENCE)) {
        return;
      }
    }
  }

  /** Whether nothing is held up by a fault that is over only just now, or not yet. */
  private boolean isSettled() {
    return engine != null && life != null && !life.isStarting() && !faults.holdUp();
  }

  private boolean isOver() {
    var ahead = world.untilNext();
    return (ahead == null || !ahead.isZero())
        && clients.areDone()
        && witness.views().stream().allMatch(witness::isSettled);
  }

  private void check() {
    for (var view : witness.views()) {
      world.require(
          "I8",
          witness.isSettled(view),
          () -> "Run " + view.id + " does not come to its end: " + view.detail);
      new Expected(view, world, faults.stall()).check();
    }
    world.require("I8", clients.areDone(), () -> "Requests are not answered: " + clients);
    clients.check();
    witness.checkCounts();
    world.check();
  }

  // Lives

  private void begin() {
    var next = new Life(lives++, world, faults, this::crashed, store, witness, acknowledgesEarly);
    life = next;
    engine = null;
    world.say("life " + next.number + " begins");
    next.thread("main", () -> main(next));
  }

  private void main(Life own) {
    var effects = new Effects(own, world, witness);
    var workflows = new ArrayList<Workflow<?, ?>>();
    programs.forEach(program -> workflows.add(ProgramBody.workflow(program, effects)));
    try {
      var started = own.engine(workflows, options, Mix.of(seed, own.number));
      engine = started;
      started.start();
      own.started();
      world.say("life " + own.number + " has started");
    } catch (JournalException e) {
      world.say("life " + own.number + " can not start: " + e);
      if (!own.isStopping()) {
        own.stops();
        world.after(Duration.ofMillis(100), () -> kill(own));
      }
    } catch (RuntimeException e) {
      world.violated("I8", "The engine can not start: " + e);
    }
  }

  /** On a thread of that life, which does not go on. */
  private void crashed(Life dying) {
    kill(dying);
  }

  private void kill(Life dying) {
    if (dying.isOver()) {
      return;
    }
    world.say("life " + dying.number + " is gone");
    dying.end();
    witness.crashed();
    clients.crashed();
    engine = null;
    life = null;
    world.after(Duration.ofMillis(random.nextLong(RESTART_WITHIN.toMillis())), this::begin);
  }

  /** A process ends by itself within a second. */
  private void journalFailed() {
    var failed = life;
    if (failed != null) {
      failed.stops();
      world.after(Duration.ofMillis(random.nextLong(1_000)), () -> kill(failed));
    }
  }

  private void shutDown() {
    var stopped = life;
    var closing = engine;
    if (stopped == null || closing == null || stopped.isStopping()) {
      return;
    }
    faults.count(Faults.Kind.SHUTDOWN);
    stopped.stops();
    stopped.thread(
        "shutdown",
        () -> {
          closing.close();
          world.say("life " + stopped.number + " has shut down");
          world.after(Duration.ZERO, () -> kill(stopped));
        });
    if (faults.flip()) {
      world.after(
          Duration.ofMillis(faults.upTo(600)),
          () -> {
            if (!stopped.isOver()) {
              faults.count(Faults.Kind.KILL_IN_SHUTDOWN);
              kill(stopped);
            }
          });
    }
  }

  /** The engine that takes requests, and the life it is in. */
  record Current(Life life, Engine engine) {}

  private @Nullable Current current() {
    var now = life;
    var running = engine;
    return now == null || running == null || now.isStarting() ? null : new Current(now, running);
  }
}
