package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.StepRecord;
import dev.perdure.workflow.LimitExceededException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the items of a map or the branches of a parallel, several at once. Each is a unit
 * that ends, or waits and is taken up again from the journal. When all that is left waits, the
 * whole run is parked. The thread that asked for the fan-out directs it, and decides alone.
 */
final class FanOutRun {

  /** What the units of a fan-out do. */
  interface Units {
    int count();

    /** Carries out a unit on the calling thread, from the top of what it does. */
    StepEnd run(int index, Scope scope);
  }

  /** How a fan-out is carried out. */
  record Rules(int atOnce, boolean firstFailureEndsAll) {}

  private sealed interface Event {
    record Ended(int index, StepEnd end) implements Event {}

    record Left(int index, Unwind.Why why) implements Event {}

    /** There was no room for the unit: something beside the fan-out has taken it. */
    record Unfit(LimitExceededException why) implements Event {}

    /** What the unit waits for may have come. */
    record Due(int index) implements Event {}

    /** Something has come from outside, which somebody may wait for. */
    record Called() implements Event {}
  }

  private record Waiting(Park park, List<Time.Wait> timers) {}

  private final ActiveRun run;
  private final EngineCore core;
  private final Place place;
  private final Scope scope;
  private final Units units;
  private final Rules rules;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final @Nullable StepEnd[] ends;
  private final Deque<Integer> again = new ArrayDeque<>();
  private final Map<Integer, Waiting> waiting = new HashMap<>();
  private final Map<Integer, Long> callsAtStart = new HashMap<>();
  private int nextNew;
  private int running;
  private StepEnd.@Nullable Failed failure;
  private Unwind.@Nullable Why left;

  FanOutRun(ActiveRun run, Scope outer, Place place, Units units, Rules rules) {
    this.run = run;
    this.core = run.core();
    this.place = place;
    this.scope = outer.open(place.inner());
    this.units = units;
    this.rules = rules;
    this.ends = new StepEnd[units.count()];
  }

  /**
   * The ends of all units, or the failure of the one that failed first.
   *
   * @param input of the entry that stands for the fan-out
   */
  List<StepEnd> run(String input) throws UnitFailed {
    try {
      var recorded = place.recorded();
      if (recorded != null && recorded.status().isTerminal()) {
        return asRecorded(recorded);
      }
      if (recorded == null) {
        run.journal().handOver(place.begin(input, null, now()));
      }
      direct();
      return conclude();
    } finally {
      scope.close();
    }
  }

  /** The unit that failed first, for the body that asked for the fan-out. */
  static final class UnitFailed extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient ErrorRecord error;

    UnitFailed(ErrorRecord error) {
      super(error.message());
      this.error = error;
    }

    ErrorRecord error() {
      return error;
    }
  }

  /** Nothing new may begin; bodies run again for what they return and register. */
  private List<StepEnd> asRecorded(StepRecord recorded) throws UnitFailed {
    scope.end(new Unwind.Why.Dropped());
    for (int index = 0; index < ends.length; index++) {
      if (isRecorded(index)) {
        ends[index] = asRecorded(index);
      }
    }
    if (place.isFailed()) {
      throw new UnitFailed(Recorded.failure(recorded).error());
    }
    if (!place.isCompleted()) {
      throw Recorded.leaving(scope);
    }
    return all();
  }

  private @Nullable StepEnd asRecorded(int index) {
    try {
      return units.run(index, scope);
    } catch (Unwind e) {
      if (e.why() instanceof Unwind.Why.Dropped) {
        return null;
      }
      throw e;
    }
  }

  private List<StepEnd> all() {
    return Arrays.stream(ends).map(Objects::requireNonNull).toList();
  }

  private boolean isRecorded(int index) {
    return run.entries().at(place.inner(), index) != null;
  }

  private boolean hasEnded(int index) {
    var recorded = run.entries().at(place.inner(), index);
    return recorded != null && recorded.status().isTerminal();
  }

  /** Until every unit has ended, or nothing more is to begin and nothing runs. */
  private void direct() {
    Runnable listener = () -> events.add(new Event.Called());
    run.listen(listener);
    boolean interrupted = false;
    try {
      takeWhatHasEnded();
      startAllThatMay();
      while (running > 0) {
        try {
          take(events.take());
        } catch (InterruptedException e) {
          // The body's own affair; the units are not to be left for it.
          interrupted = true;
        }
        startAllThatMay();
      }
    } finally {
      run.unlisten(listener);
      waiting.values().forEach(one -> one.timers().forEach(Time.Wait::cancel));
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Before anything else: what was decided before a crash must not be decided anew by what has only
   * followed from it, like the end of a child that was cancelled for it.
   */
  private void takeWhatHasEnded() {
    for (int index = 0; index < ends.length; index++) {
      if (hasEnded(index)) {
        running++;
        take(carryOut(index));
      }
    }
  }

  private void startAllThatMay() {
    while (running < rules.atOnce() && left == null) {
      Integer index = again.poll();
      if (index == null) {
        index = nextOfNew();
      }
      if (index == null) {
        return;
      }
      start(index);
    }
  }

  /**
   * Once the fan-out is ending only what has begun is taken up, to be left again: what it registers
   * is known then.
   */
  private @Nullable Integer nextOfNew() {
    while (nextNew < ends.length) {
      int index = nextNew++;
      if (!hasEnded(index) && (scope.ending() == null || isRecorded(index))) {
        return index;
      }
    }
    return null;
  }

  private void start(int index) {
    running++;
    callsAtStart.put(index, run.calls());
    if (hasEnded(index)) {
      take(carryOut(index));
      return;
    }
    var _ =
        core.threads()
            .start(
                "perdure-run-" + run.id() + "-" + place.name() + "-" + index,
                () -> events.add(carryOut(index)));
  }

  private Event carryOut(int index) {
    try {
      return new Event.Ended(index, units.run(index, scope));
    } catch (Unwind e) {
      return new Event.Left(index, e.why());
    } catch (JournalException e) {
      return new Event.Left(index, Unwind.of(e).why());
    } catch (LimitExceededException e) {
      return new Event.Unfit(e);
    } catch (Throwable e) {
      return new Event.Left(index, new Unwind.Why.Blocked(Reasons.internal(e), null, 0));
    }
  }

  private void take(Event event) {
    switch (event) {
      case Event.Ended(int index, var end) -> ended(index, end);
      case Event.Left(int index, var why) -> left(index, why);
      case Event.Unfit(var why) -> unfit(why);
      case Event.Due(int index) -> due(index);
      case Event.Called() -> called();
    }
  }

  private void ended(int index, StepEnd end) {
    running--;
    ends[index] = end;
    if (end instanceof StepEnd.Failed failed && rules.firstFailureEndsAll()) {
      fail(failed);
    }
  }

  /** Of a unit that has no entry no outcome can be kept: the fan-out fails as a whole. */
  private void unfit(LimitExceededException why) {
    running--;
    var error = ErrorRecords.of(ErrorRecords.ERROR, why);
    fail(new StepEnd.Failed(error, Reasons.unitFailed(place.kind(), place.name(), error)));
  }

  /** The first failure that ends the fan-out is the one that it fails with. */
  private void fail(StepEnd.Failed failed) {
    if (failure == null) {
      failure = failed;
      scope.end(new Unwind.Why.Dropped());
    }
  }

  private void left(int index, Unwind.Why why) {
    running--;
    switch (why) {
      case Unwind.Why.Parked(var park) -> park(index, park);
      case Unwind.Why.Blocked blocked -> leaveAll(blocked);
      case Unwind.Why.Stopped stopped -> leaveAll(stopped);
      // The fan-out as a whole finds out why, once nothing runs.
      case Unwind.Why.Ended _, Unwind.Why.Dropped _ -> {}
    }
  }

  private void leaveAll(Unwind.Why why) {
    if (left == null) {
      left = why;
      scope.end(why);
    }
  }

  private void park(int index, Park park) {
    var timers = new ArrayList<Time.Wait>();
    park.deadlines().values().stream()
        .min(Long::compare)
        .ifPresent(deadline -> timers.add(core.time().until(deadline, () -> wake(index))));
    Instant wallClock = park.wallClock();
    if (wallClock != null) {
      timers.add(core.time().at(wallClock, () -> wake(index)));
    }
    waiting.put(index, new Waiting(park, timers));
    park.ends()
        .forEach(attempt -> {
          var _ = attempt.ended().thenRun(() -> wake(index));
        });
    // What came between its last look and now has not found it waiting.
    if (!Objects.equals(callsAtStart.get(index), run.calls())) {
      wake(index);
    }
  }

  private void wake(int index) {
    events.add(new Event.Due(index));
  }

  private void due(int index) {
    var one = waiting.remove(index);
    if (one != null) {
      one.timers().forEach(Time.Wait::cancel);
      refresh(index);
      again.add(index);
    }
  }

  /** Whatever comes of it, this thread stays until nothing runs any more. */
  private void refresh(int index) {
    try {
      run.refresh(place.inner(), index);
    } catch (Unwind e) {
      leaveAll(e.why());
    } catch (JournalException e) {
      leaveAll(Unwind.of(e).why());
    }
  }

  private void called() {
    boolean isEnding = scope.ending() != null;
    new TreeMap<>(waiting)
        .forEach((index, one) -> {
          if (isEnding || one.park().mail()) {
            due(index);
          }
        });
  }

  private List<StepEnd> conclude() throws UnitFailed {
    var over = left;
    if (over != null) {
      throw new Unwind(over);
    }
    if (failure != null) {
      throw failed(failure);
    }
    var why = scope.ending();
    if (!waiting.isEmpty() && !(why instanceof Unwind.Why.Dropped)) {
      throw Unwind.parked(Park.any(waiting.values().stream().map(Waiting::park).toList()));
    }
    if (why != null) {
      throw new Unwind(why);
    }
    run.journal().handOver(place.complete("null", now()));
    return all();
  }

  /** Writes down which unit failed first, and that the others will not go on. */
  private UnitFailed failed(StepEnd.Failed first) {
    run.journal().commit();
    run.refresh(place.scope(), place.position());
    var changes = new ArrayList<Change>();
    for (var open : run.entries().openRecords(place.scope(), place.position())) {
      changes.add(
          new Change.StepCancelled(open.ordinal(), open.attempt(), Reasons.dropped(), now()));
      if (open.kind().equals(EntryKind.CHILD) && open.child() != null) {
        core.others().cancel(open.child());
      }
    }
    changes.add(new Change.EntryFailed(place.ordinal(), first.error(), first.reason(), now()));
    run.journal().commit(changes.toArray(Change[]::new));
    return new UnitFailed(first.error());
  }

  private Instant now() {
    return core.time().instant();
  }
}
