package dev.perdure.web.dashboard;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The time axis of a run. It comes from the journal alone, never from the clock: a run that goes on
 * gets a third more than what is known, and what is open is drawn to that edge.
 */
record Axis(Instant start, Instant end, boolean open) {

  private static final double OPEN_SHARE = 0.25;

  static Axis of(RunRecord run, List<StepRecord> steps) {
    var known =
        Stream.concat(
                Stream.of(run.startedAt(), run.finishedAt()),
                steps.stream().flatMap(Axis::instants))
            .<Instant>mapMulti(Axis::ifPresent)
            .toList();
    var start = known.stream().min(Instant::compareTo).orElse(run.createdAt());
    var end = known.stream().max(Instant::compareTo).orElse(run.createdAt());
    boolean open = !run.status().isTerminal();
    long span = Math.max(1, Duration.between(start, end).toMillis());
    long shown = open ? Math.round(span / (1 - OPEN_SHARE)) : span;
    return new Axis(start, start.plusMillis(shown), open);
  }

  private static Stream<@Nullable Instant> instants(StepRecord step) {
    return Stream.concat(
        Stream.of(step.startedAt(), step.attemptStartedAt(), step.finishedAt()),
        step.attempts().stream().flatMap(Axis::instants));
  }

  private static Stream<@Nullable Instant> instants(AttemptRecord attempt) {
    return Stream.of(attempt.startedAt(), attempt.finishedAt());
  }

  private static void ifPresent(
      @Nullable Instant instant, java.util.function.Consumer<Instant> sink) {
    if (instant != null) {
      sink.accept(instant);
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
