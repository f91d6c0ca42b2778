package dev.perdure.simulation;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds what a commit has made of the rows of a run against the invariants. */
final class RowChecks {

  /** What follows which, as published; the engine's own table is not asked. */
  private static final Map<Status, Set<Status>> LAWFUL =
      Map.of(
          Status.PENDING, Set.of(Status.RUNNING, Status.CANCELLED, Status.BLOCKED),
          Status.RUNNING, Set.of(Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.BLOCKED),
          Status.BLOCKED, Set.of(Status.PENDING, Status.RUNNING, Status.CANCELLED, Status.FAILED),
          Status.COMPLETED, Set.of(),
          Status.FAILED, Set.of(),
          Status.CANCELLED, Set.of());

  /** The kinds of entries that stand side by side; all else follows one another. */
  static final Set<String> SIDE_BY_SIDE = Set.of(EntryKind.ITEM, EntryKind.BRANCH);

  private final World world;
  private final Faults faults;
  private final Map<String, Map<String, Program.Node>> nodes = new HashMap<>();

  RowChecks(World world, Faults faults, Map<String, Program> programs) {
    this.world = world;
    this.faults = faults;
    programs.forEach((name, program) -> nodes.put(name, program.byName()));
  }

  /** A commit has made this of the run; before is null when it is new. */
  void compare(SeenRun view, @Nullable RunDetail before, RunDetail now) {
    if (before != null) {
      compareRuns(before, now);
    }
    var old = new HashMap<Integer, StepRecord>();
    if (before != null) {
      before.steps().forEach(step -> old.put(step.ordinal(), step));
    }
    for (var step : now.steps()) {
      compare(view, old.remove(step.ordinal()), step, before, now);
    }
    world.require("I6", old.isEmpty(), () -> "Steps of " + view.id + " are gone: " + old);
    if (now.run().status().isTerminal()) {
      checkEnd(now);
    }
  }

  private void compareRuns(RunDetail before, RunDetail now) {
    var was = before.run();
    var is = now.run();
    world.require(
        "I6",
        was.status() == is.status() || LAWFUL.get(was.status()).contains(is.status()),
        () -> "Run " + is.id() + " went from " + was.status() + " to " + is.status());
    if (was.status().isTerminal()) {
      world.require(
          "I7",
          Objects.equals(before.output(), now.output())
              && Objects.equals(before.error(), now.error())
              && Objects.equals(was.reason(), is.reason())
              && Objects.equals(was.finishedAt(), is.finishedAt()),
          () -> "Run " + is.id() + " changed after its end: " + before + " " + now);
    }
    world.require("I6", was.generation() == is.generation(), () -> "generation of " + is.id());
    world.require(
        "I6",
        was.ending() == null || is.ending() == was.ending() || is.status().isTerminal(),
        () -> "Run " + is.id() + " was " + was.ending() + " and is " + is.ending());
  }

  private void checkEnd(RunDetail now) {
    for (var step : now.steps()) {
      world.require(
          "I6",
          step.status().isTerminal(),
          () -> "Run " + now.run().id() + " has ended with an open step: " + step);
    }
  }

  private void compare(
      SeenRun view,
      @Nullable StepRecord before,
      StepRecord now,
      @Nullable RunDetail runBefore,
      RunDetail run) {
    if (before == null) {
      begun(view, now, run);
    } else {
      moved(view, before, now);
    }
    if (now.attempt() > 0) {
      checkAttempts(view, before, now);
    }
  }

  private void begun(SeenRun view, StepRecord step, RunDetail run) {
    world.require("I5", step.attempt() <= 1, () -> "The first attempt of " + view.at(step));
    if (EntryKind.COMPENSATION.equals(step.kind())) {
      checkNewestFirst(view, step, run);
    } else if (step.position() > 0 && !isUnit(step, run)) {
      var previous = find(run, step.scope(), step.position() - 1);
      world.require(
          "I11",
          previous != null && previous.status().isTerminal(),
          () -> view.at(step) + " began before its predecessor had ended: " + previous);
    }
  }

  /** Items and branches stand side by side; all else follows one another. */
  private static boolean isUnit(StepRecord step, RunDetail run) {
    if (SIDE_BY_SIDE.contains(step.kind())) {
      return true;
    }
    var owner = owner(step.scope(), run);
    return owner != null && EntryKind.MAP.equals(owner.kind());
  }

  private static @Nullable StepRecord owner(String scope, RunDetail run) {
    if (scope.isEmpty()) {
      return null;
    }
    int slash = scope.lastIndexOf('/');
    var outer = slash < 0 ? "" : scope.substring(0, slash);
    return find(run, outer, Integer.parseInt(scope.substring(slash + 1)));
  }

  private static @Nullable StepRecord find(RunDetail run, String scope, int position) {
    for (var step : run.steps()) {
      if (step.position() == position && step.scope().equals(scope)) {
        return step;
      }
    }
    return null;
  }

  private void checkNewestFirst(SeenRun view, StepRecord undo, RunDetail run) {
    for (var other : run.steps()) {
      if (other.scope().equals(undo.scope()) && other.position() > undo.position()) {
        world.require(
            "I11",
            other.status() == Status.COMPLETED,
            () -> view.at(undo) + " began before the newer one was done: " + other);
      }
    }
  }

  private void moved(SeenRun view, StepRecord before, StepRecord now) {
    world.require(
        "I6",
        before.scope().equals(now.scope())
            && before.position() == now.position()
            && before.kind().equals(now.kind())
            && before.name().equals(now.name()),
        () -> "The place of " + view.at(now) + " has changed from " + before);
    world.require(
        "I6",
        before.status() == now.status() || LAWFUL.get(before.status()).contains(now.status()),
        () -> view.at(now) + " went from " + before.status() + " to " + now.status());
    if (before.status().isTerminal()) {
      world.require(
          "I7",
          before.attempt() == now.attempt()
              && Objects.equals(before.output(), now.output())
              && Objects.equals(before.error(), now.error()),
          () -> view.at(now) + " changed after its end: " + before + " " + now);
    }
    world.require(
        "I5",
        now.attempt() == before.attempt() || now.attempt() == before.attempt() + 1,
        () -> view.at(now) + " went from attempt " + before.attempt() + " to " + now.attempt());
    world.require(
        "I5",
        now.attempt() == before.attempt() || !before.isInFlight(),
        () -> view.at(now) + " began an attempt beside another one");
    world.require(
        "I5",
        now.interrupted() >= before.interrupted(),
        () -> view.at(now) + " forgot an interrupted attempt");
    checkNotEarly(view, before, now);
  }

  private void checkAttempts(SeenRun view, @Nullable StepRecord before, StepRecord now) {
    int listed = now.attempts().size();
    world.require(
        "I5", listed == now.attempt(), () -> view.at(now) + " has gaps: " + now.attempts());
    int interrupted = 0;
    for (int i = 0; i < listed; i++) {
      var attempt = now.attempts().get(i);
      int number = i + 1;
      world.require(
          "I5", attempt.attempt() == number, () -> view.at(now) + " has gaps: " + now.attempts());
      interrupted += attempt.outcome() == AttemptRecord.Outcome.INTERRUPTED ? 1 : 0;
    }
    int recounted = interrupted;
    world.require(
        "I12",
        now.interrupted() == recounted,
        () -> view.at(now) + " counts otherwise: " + now + " " + recounted);
    var code = codeOf(view, now);
    world.require(
        "I5",
        code == null || now.attemptCount() <= code.attemptsMax(),
        () -> view.at(now) + " has more attempts than it may: " + now);
  }

  private Program.@Nullable Code codeOf(SeenRun view, StepRecord step) {
    return Program.codeOf(nodes.get(view.program.name()).get(step.name()), step.position());
  }

  /** By the wall clock, which is good for that as long as nobody sets it. */
  private void checkNotEarly(SeenRun view, StepRecord before, StepRecord now) {
    var waiting = before.waitingFor();
    if (!faults.keepTime() || waiting == null || waiting.until() == null) {
      return;
    }
    boolean isOver =
        switch (waiting.kind()) {
          case TIMER -> now.status() == Status.COMPLETED;
          case RETRY -> now.attempt() > before.attempt();
          case SIGNAL ->
              now.status() == Status.COMPLETED
                  && now.output() != null
                  && String.valueOf(now.output().json()).contains("timedOut");
          default -> false;
        };
    world.require(
        "G10",
        !isOver || !world.instant().isBefore(waiting.until()),
        () -> view.at(now) + " was due at " + waiting.until() + ", not at " + world.instant());
  }
}
