package dev.perdure.simulation;

import dev.perdure.engine.StartException;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Those who start runs, send them signals and cancel them, and repeat what got no answer. */
final class Clients {

  private static final Duration AGAIN = Duration.ofMillis(300);
  private static final int RUNS_MAX = 10;

  /** A clock that was set back can make a run wait for hours. */
  private static final Duration PUSH_OFTEN = Faults.OVER_AFTER.plusMinutes(1);

  private static final Duration PUSH_AT_ALL = Duration.ofDays(2);

  /** What a client wants. */
  private sealed interface Wish {
    /** Whether it does no harm when it was carried out already. */
    boolean isRepeatable();
  }

  private record Start(int slot, String workflow, long input, @Nullable String key)
      implements Wish {
    @Override
    public boolean isRepeatable() {
      return key != null;
    }
  }

  private record Send(int slot, String signal, String id, long payload) implements Wish {
    @Override
    public boolean isRepeatable() {
      return true;
    }
  }

  private record Cancel(int slot) implements Wish {
    @Override
    public boolean isRepeatable() {
      return true;
    }
  }

  private final SplittableRandom random;
  private final World world;
  private final Witness witness;
  private final Supplier<Simulation.@Nullable Current> current;
  private final Map<Integer, RunId> started = new HashMap<>();
  private final Map<String, Start> byKey = new HashMap<>();
  private final Map<String, RunId> runOfKey = new HashMap<>();
  private final List<Wish> asked = new ArrayList<>();
  private final List<Integer> hopeless = new ArrayList<>();
  private int open;
  private int pushes;
  private long acks;

  Clients(
      SplittableRandom random,
      World world,
      Witness witness,
      Supplier<Simulation.@Nullable Current> current) {
    this.random = random;
    this.world = world;
    this.witness = witness;
    this.current = current;
  }

  long acks() {
    return acks;
  }

  boolean areDone() {
    return open == 0;
  }

  void plan() {
    int runs = random.nextInt(3, RUNS_MAX);
    for (int slot = 0; slot < runs; slot++) {
      planRun(slot);
    }
    world.after(AGAIN, this::push);
  }

  // For a plan that leaves nothing to chance.

  void start(Duration at, int slot, String workflow) {
    plan(at, new Start(slot, workflow, slot, null));
  }

  void cancel(Duration at, int slot) {
    plan(at, new Cancel(slot));
  }

  void send(Duration at, int slot, int signal) {
    plan(at, new Send(slot, Program.signal(signal), "id" + signal, 7));
  }

  private void planRun(int slot) {
    boolean atOnce = random.nextBoolean();
    var at = atOnce ? Duration.ZERO : moment(10);
    var workflow = List.of("one", "two", "one", "two", "child").get(random.nextInt(5));
    var key = random.nextInt(3) == 0 ? "key" + random.nextInt(3) : null;
    var start = new Start(slot, workflow, random.nextInt(100), key);
    var known = key == null ? null : byKey.putIfAbsent(workflow + key, start);
    // A key that is used again is mostly used for the same.
    plan(
        at,
        known == null || random.nextInt(4) == 0
            ? start
            : new Start(slot, workflow, known.input(), key));
    for (int i = random.nextInt(4); i > 0; i--) {
      var id = "id" + slot + "-" + random.nextInt(3);
      var signal = Program.signal(random.nextInt(Programs.SIGNALS));
      plan(at.plus(moment(6)), new Send(slot, signal, id, random.nextInt(1_000)));
    }
    if (random.nextInt(5) == 0) {
      plan(at.plus(moment(6)), new Cancel(slot));
    }
  }

  private Duration moment(int seconds) {
    return Duration.ofMillis(250L * random.nextInt(4 * seconds));
  }

  private void plan(Duration at, Wish wish) {
    open++;
    world.after(at, () -> ask(wish));
  }

  private void askAgain(Wish wish) {
    world.after(AGAIN, () -> ask(wish));
  }

  private void ask(Wish wish) {
    var to = current.get();
    if (isHopeless(wish)) {
      open--;
    } else if (to == null || run(wish) == null && !(wish instanceof Start)) {
      askAgain(wish);
    } else {
      asked.add(wish);
      to.life().thread("client", () -> ask(wish, to));
    }
  }

  private boolean isHopeless(Wish wish) {
    return switch (wish) {
      case Start _ -> false;
      case Send send -> hopeless.contains(send.slot());
      case Cancel cancel -> hopeless.contains(cancel.slot());
    };
  }

  private @Nullable RunId run(Wish wish) {
    return switch (wish) {
      case Start start -> started.get(start.slot());
      case Send send -> started.get(send.slot());
      case Cancel cancel -> started.get(cancel.slot());
    };
  }

  private void ask(Wish wish, Simulation.Current to) {
    to.life().pause();
    try {
      carryOut(wish, to);
      done(wish);
    } catch (StartException.KeyReused e) {
      keyReused((Start) wish, e);
      done(wish);
    } catch (StartException.NotAccepting | StartException.Full e) {
      again(wish);
    } catch (JournalException.Failed e) {
      unknown(wish);
    } catch (JournalException e) {
      again(wish);
    } catch (RuntimeException e) {
      world.violated("I8", "A request failed: " + wish + ": " + e);
    }
  }

  private void carryOut(Wish wish, Simulation.Current to) {
    var engine = to.engine();
    switch (wish) {
      case Start start ->
          acknowledged(
              start, engine.startRun(start.workflow(), Long.toString(start.input()), start.key()));
      case Send send -> {
        var result =
            engine.signal(
                started.get(send.slot()), send.signal(), send.id(), Long.toString(send.payload()));
        world.say("ack " + send + " " + result);
        world.require(
            "I1",
            !(result instanceof SignalResult.NoSuchRun),
            () -> "The run of " + send + " is gone");
      }
      case Cancel cancel -> acknowledged(cancel, engine.cancelRun(started.get(cancel.slot())));
    }
    acks++;
  }

  private void acknowledged(Start start, StartResult result) {
    var id = result.id();
    world.say("ack " + start + " " + result);
    var view = witness.view(id);
    world.require("I1", view != null, () -> "The run of " + start + " is not stored: " + id);
    started.put(start.slot(), id);
    if (start.key() != null) {
      ofKey(start, id);
      world.require(
          "I2",
          view == null || view.detail.input().json().equals(Long.toString(start.input())),
          () -> start + " was answered by the run of another input");
    } else {
      world.require("I2", result instanceof StartResult.Started, () -> start + " was not started");
    }
  }

  private void ofKey(Start start, RunId id) {
    var before = runOfKey.putIfAbsent(start.workflow() + start.key(), id);
    world.require(
        "I2",
        before == null || before.equals(id),
        () -> start + " has two runs: " + before + " and " + id);
  }

  private void keyReused(Start start, StartException.KeyReused e) {
    world.say("ack " + start + " " + e.getMessage());
    acks++;
    hopeless.add(start.slot());
  }

  private void acknowledged(Cancel cancel, CancelResult result) {
    world.say("ack " + cancel + " " + result);
    var view = witness.view(started.get(cancel.slot()));
    if (result instanceof CancelResult.Accepted && view != null) {
      var run = view.detail.run();
      world.require(
          "I1",
          run.ending() != null || run.status().isTerminal() || run.status() == Status.BLOCKED,
          () -> "The cancellation of " + run.id() + " is not stored: " + run);
    }
    world.require(
        "I1",
        !(result instanceof CancelResult.NoSuchRun),
        () -> "The run of " + cancel + " is gone");
  }

  private void done(Wish wish) {
    asked.remove(wish);
    open--;
  }

  private void again(Wish wish) {
    asked.remove(wish);
    askAgain(wish);
  }

  private void unknown(Wish wish) {
    asked.remove(wish);
    lost(wish);
  }

  private void lost(Wish wish) {
    if (wish.isRepeatable()) {
      askAgain(wish);
    } else {
      open--;
      if (wish instanceof Start start) {
        hopeless.add(start.slot());
      }
    }
  }

  /** Nobody hears what becomes of the requests that were under way. */
  void crashed() {
    var lost = List.copyOf(asked);
    asked.clear();
    lost.forEach(this::lost);
  }

  /** What waits for a signal for ever gets it in the end. */
  private void push() {
    if (world.elapsed().compareTo(Faults.OVER_AFTER) > 0) {
      for (var view : witness.views()) {
        if (view.status() == Status.RUNNING && view.detail.run().waitingFor() != null) {
          push(view);
        }
      }
    }
    boolean isOver = witness.views().stream().allMatch(witness::isSettled);
    boolean isLate = world.elapsed().compareTo(PUSH_OFTEN) > 0;
    if (!isLate || (!isOver && world.elapsed().compareTo(PUSH_AT_ALL) < 0)) {
      world.after(isLate ? Duration.ofMinutes(10) : Duration.ofSeconds(1), this::push);
    }
  }

  /** Beside a child that is stuck the run does not say what its other branches wait for. */
  private void push(SeenRun view) {
    var waiting = view.detail.run().waitingFor();
    if (isSignalForEver(waiting)) {
      push(view.id, waiting.name());
    } else if (waiting.kind() == WaitingFor.Kind.CHILD) {
      view.detail.steps().stream()
          .filter(step -> step.status() == Status.RUNNING && isSignalForEver(step.waitingFor()))
          .forEach(step -> push(view.id, step.name()));
    }
  }

  private static boolean isSignalForEver(WaitingFor waiting) {
    return waiting != null && waiting.kind() == WaitingFor.Kind.SIGNAL && waiting.until() == null;
  }

  private void push(RunId run, String signal) {
    int slot = -1 - pushes;
    started.put(slot, run);
    plan(Duration.ZERO, new Send(slot, signal, "push" + pushes++, 7));
  }

  /** What was acknowledged is there, whatever has happened since. */
  void check() {
    started.forEach((slot, id) ->
        world.require("I1", witness.view(id) != null, () -> "Run " + id + " is gone"));
  }

  @Override
  public String toString() {
    return asked + " and " + open;
  }
}
