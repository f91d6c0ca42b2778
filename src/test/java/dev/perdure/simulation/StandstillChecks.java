package dev.perdure.simulation;

import dev.perdure.journal.EntryKind;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Before time moves on: whoever stands still has to say why, and may not be late. */
final class StandstillChecks {

  /** How much later than due anything may be taken. */
  private static final Duration LATE = Duration.ofSeconds(1);

  private final World world;
  private final Faults faults;
  private final Map<RunId, SeenRun> views;
  private int crashes;

  /**
   * @param views all runs, as they are then
   */
  StandstillChecks(World world, Faults faults, Map<RunId, SeenRun> views) {
    this.world = world;
    this.faults = faults;
    this.views = views;
  }

  void crashed() {
    crashes++;
  }

  /** Time is about to move that far. */
  void idle(Duration ahead, boolean settled, int activeMax) {
    if (ahead.compareTo(LATE) <= 0 || !settled) {
      return;
    }
    Instant then = world.instant().plus(ahead);
    for (var view : views.values()) {
      var run = view.detail.run();
      if (run.status() != Status.RUNNING
          || view.detail.steps().stream().anyMatch(StepRecord::isInFlight)) {
        continue;
      }
      var waiting = run.waitingFor();
      world.require(
          "G13", waiting != null, () -> "Run " + run.id() + " does not say what it waits for");
      world.require(
          "G10",
          waiting == null || waiting.kind() != WaitingFor.Kind.SLOT || !isFree(activeMax),
          () -> "Run " + run.id() + " waits for a place, and there are some");
      if (faults.keepTime() && waiting != null && isForTime(waiting)) {
        world.require(
            "G10",
            !then.isAfter(waiting.until().plus(LATE)) || isQueued(waiting, activeMax),
            () -> "Run " + run.id() + " was due at " + waiting.until() + ": " + waiting);
      }
    }
  }

  /** Whether a run that may go on would have a place; suspects go on one by one. */
  private boolean isFree(int activeMax) {
    return crashes == 0 && hasPlace(activeMax);
  }

  /** Whether it is due already, and others have all the places; what is not due needs none. */
  private boolean isQueued(WaitingFor waiting, int activeMax) {
    return !world.instant().isBefore(waiting.until()) && !hasPlace(activeMax);
  }

  private boolean hasPlace(int activeMax) {
    return views.values().stream()
            .filter(
                view -> view.status() == Status.RUNNING && view.detail.run().waitingFor() == null)
            .count()
        < activeMax;
  }

  private static boolean isForTime(WaitingFor waiting) {
    return waiting.until() != null
        && (waiting.kind() == WaitingFor.Kind.TIMER
            || waiting.kind() == WaitingFor.Kind.RETRY
            || waiting.kind() == WaitingFor.Kind.SIGNAL);
  }

  /** Whether nothing more is to be expected of the run. */
  boolean isSettled(SeenRun view) {
    return isSettled(view, new HashSet<>());
  }

  private boolean isSettled(SeenRun view, Set<RunId> asked) {
    if (view.status().isTerminal() || view.status() == Status.BLOCKED) {
      return true;
    }
    if (view.status() != Status.RUNNING || !asked.add(view.id)) {
      return false;
    }
    return waitsForBlocked(view, asked);
  }

  private boolean waitsForBlocked(SeenRun view, Set<RunId> asked) {
    boolean found = false;
    for (var step : view.detail.steps()) {
      if (step.status() != Status.RUNNING
          || EntryKind.MAP.equals(step.kind())
          || EntryKind.PARALLEL.equals(step.kind())
          || RowChecks.SIDE_BY_SIDE.contains(step.kind())) {
        continue;
      }
      var child = step.child() == null ? null : views.get(step.child());
      boolean isStuck = child != null && !child.status().isTerminal() && isSettled(child, asked);
      // A run that is ending takes up no other wait again before its children have ended.
      if (!isStuck && (child != null || view.detail.run().ending() == null)) {
        return false;
      }
      found |= isStuck;
    }
    return found;
  }
}
