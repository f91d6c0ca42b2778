package dev.perdure.web.dashboard;

import dev.perdure.journal.RunRecord;
import dev.perdure.journal.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The time axis of a run. It comes from the journal alone, never from the clock: a run that goes on
 * gets a third more than what is known, and what is open is drawn to that edge.
 */
record Axis(Instant start, Instant end, boolean open) {

  private static final double OPEN_SHARE = 0.25;

  static Axis of(RunRecord run, List<StepRecord> steps) {
    var known = new ArrayList<Instant>();
    add(known, run.startedAt());
    add(known, run.finishedAt());
    for (var step : steps) {
      addAll(known, step);
    }
    var start = known.stream().min(Instant::compareTo).orElse(run.createdAt());
    var end = known.stream().max(Instant::compareTo).orElse(run.createdAt());
    boolean open = !run.status().isTerminal();
    long span = Math.max(1, Duration.between(start, end).toMillis());
    long shown = open ? Math.round(span / (1 - OPEN_SHARE)) : span;
    return new Axis(start, start.plusMillis(shown), open);
  }

  private static void addAll(List<Instant> known, StepRecord step) {
    add(known, step.startedAt());
    add(known, step.attemptStartedAt());
    add(known, step.finishedAt());
    for (var attempt : step.attempts()) {
      add(known, attempt.startedAt());
      add(known, attempt.finishedAt());
    }
  }

  private static void add(List<Instant> known, @Nullable Instant instant) {
    if (instant != null) {
      known.add(instant);
    }
  }

  /** Where an instant stands, in percent from 0 to 100. */
  double percent(Instant instant) {
    double span = Duration.between(start, end).toMillis();
    double at = Duration.between(start, instant).toMillis();
    return Math.clamp(at / span * 100, 0, 100);
  }

  /** What the right edge says: the length of the run, or nothing while it goes on. */
  Optional<String> length() {
    return open ? Optional.empty() : Optional.of(Words.of(Duration.between(start, end)));
  }
}
