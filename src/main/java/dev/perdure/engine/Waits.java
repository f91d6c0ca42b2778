package dev.perdure.engine;

import dev.perdure.journal.EntryKind;
import dev.perdure.journal.WaitingFor;
import java.time.Duration;
import java.time.Instant;

/** The waits for time of one scope. */
final class Waits {

  private static final String OVER = "null";

  private final ActiveRun run;
  private final Scope scope;
  private final Calls calls;
  private final Time time;

  Waits(ActiveRun run, Scope scope, Calls calls) {
    this.run = run;
    this.scope = scope;
    this.calls = calls;
    this.time = run.core().time();
  }

  /** Waits this long by the monotonic clock. */
  void sleep(String name, Duration duration) {
    var place = calls.next(EntryKind.TIMER, name, null);
    if (place.isCompleted()) {
      return;
    }
    Instant now = time.instant();
    String input = "{\"for\":\"" + duration + "\"}";
    if (place.recorded() != null) {
      goOn(place, name);
    } else if (duration.isNegative() || duration.isZero()) {
      run.journal().handOver(place.record(input, OVER, now));
    } else {
      var shown = shown(name, now, now.plus(duration));
      long deadline = run.timers().begin(place.ordinal(), duration);
      throw run.parked(
          scope, place.begin(input, shown, now), Park.until(shown, place.ordinal(), deadline));
    }
  }

  /** A wait that has begun before: it is over, or goes on until the same moment. */
  private void goOn(Place place, String name) {
    var recorded = place.recorded();
    var shown = recorded == null ? null : recorded.waitingFor();
    if (shown != null && shown.until() != null && shown.kind() == WaitingFor.Kind.TIMER) {
      long deadline = run.timers().deadline(place.ordinal(), shown.until());
      if (!Timers.left(time, deadline).isZero()) {
        throw Unwind.parked(
            Park.until(shown(name, shown.since(), shown.until()), place.ordinal(), deadline));
      }
    }
    over(place);
  }

  /** Waits until the wall clock shows the instant. */
  void sleepUntil(String name, Instant instant) {
    var place = calls.next(EntryKind.TIMER, name, null);
    if (place.isCompleted()) {
      return;
    }
    Instant now = time.instant();
    String input = "{\"until\":\"" + instant + "\"}";
    boolean isOver = !now.isBefore(instant);
    if (place.recorded() == null && isOver) {
      run.journal().handOver(place.record(input, OVER, now));
      return;
    }
    var shown = shown(name, now, instant);
    var park = Park.untilWallClock(shown, instant);
    if (place.recorded() == null) {
      throw run.parked(scope, place.begin(input, shown, now), park);
    }
    if (!isOver) {
      throw Unwind.parked(park);
    }
    over(place);
  }

  private void over(Place place) {
    run.journal().handOver(place.complete(OVER, time.instant()));
  }

  private static WaitingFor shown(String name, Instant since, Instant until) {
    return new WaitingFor(WaitingFor.Kind.TIMER, name, since, until);
  }
}
