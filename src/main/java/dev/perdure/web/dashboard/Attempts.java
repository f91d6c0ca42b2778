package dev.perdure.web.dashboard;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import dev.perdure.web.dashboard.TimelineView.Bar;
import dev.perdure.web.dashboard.TimelineView.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All attempts of a step, and the same as bars. */
final class Attempts {

  private Attempts() {}

  /**
   * Oldest first, the latest one included, which the journal keeps in the step; waits have none.
   */
  static List<AttemptRecord> of(StepRecord step) {
    if (step.attempt() == 0) {
      return List.of();
    }
    var all = new ArrayList<>(step.attempts());
    if (all.stream().noneMatch(attempt -> attempt.attempt() == step.attempt())) {
      all.add(latest(step));
    }
    all.sort(Comparator.comparingInt(AttemptRecord::attempt));
    return List.copyOf(all);
  }

  private static AttemptRecord latest(StepRecord step) {
    return new AttemptRecord(
        step.attempt(),
        outcome(step),
        step.attemptStartedAt(),
        step.isInFlight() ? null : step.finishedAt(),
        step.error(),
        step.nextDueAt());
  }

  private static Outcome outcome(StepRecord step) {
    return switch (step.status()) {
      case COMPLETED -> Outcome.COMPLETED;
      case FAILED -> Outcome.FAILED;
      case PENDING, RUNNING ->
          step.isInFlight()
              ? Outcome.RUNNING
              : step.error() == null ? Outcome.INTERRUPTED : Outcome.FAILED;
      case CANCELLED, BLOCKED -> step.error() == null ? Outcome.INTERRUPTED : Outcome.FAILED;
    };
  }

  /** The attempts, the gaps between them and what is open, on the run's axis. */
  static TimelineView timeline(StepRecord step, List<AttemptRecord> attempts, Axis axis) {
    if (step.attempt() == 0) {
      return new TimelineView(List.of(span(step, axis)));
    }
    var bars = new ArrayList<Bar>();
    for (int i = 0; i < attempts.size(); i++) {
      var attempt = attempts.get(i);
      var next = i + 1 < attempts.size() ? attempts.get(i + 1).startedAt() : null;
      var end = endOf(attempt, next, step, axis);
      bars.add(bar(axis, kind(attempt.outcome()), attempt.startedAt(), end, title(attempt)));
      var gapEnd = next != null ? next : isWaiting(step) ? axis.end() : null;
      if (gapEnd != null && gapEnd.isAfter(end)) {
        bars.add(gap(axis, step, attempt, end, gapEnd, next == null));
      }
    }
    return new TimelineView(bars);
  }

  /** What has no attempts of its own: a wait, the time in which others ran, or a moment. */
  private static Bar span(StepRecord step, Axis axis) {
    boolean moment = step.startedAt().equals(step.finishedAt());
    var kind =
        moment ? Kind.COMPLETED : EntryWords.isContainer(step.kind()) ? Kind.SPAN : Kind.WAIT;
    var open = step.status().isTerminal() ? step.startedAt() : axis.end();
    var end = step.finishedAt() == null ? open : step.finishedAt();
    var took = Words.of(Duration.between(step.startedAt(), end));
    return bar(axis, kind, step.startedAt(), end, step.finishedAt() == null ? "Open" : took);
  }

  private static boolean isWaiting(StepRecord step) {
    return !step.status().isTerminal() && step.waitingFor() != null;
  }

  /** An end that was not recorded is no later than what followed. */
  private static Instant endOf(
      AttemptRecord attempt, @Nullable Instant next, StepRecord step, Axis axis) {
    if (attempt.finishedAt() != null) {
      return attempt.finishedAt();
    }
    if (attempt.outcome() == Outcome.RUNNING) {
      return axis.end();
    }
    var waiting = step.waitingFor();
    return next != null ? next : waiting != null ? waiting.since() : attempt.startedAt();
  }

  private static Bar gap(
      Axis axis, StepRecord step, AttemptRecord before, Instant from, Instant to, boolean open) {
    var waiting = step.waitingFor();
    boolean retry =
        (open && waiting != null)
            ? waiting.kind() == WaitingFor.Kind.RETRY
            : before.outcome() == Outcome.FAILED;
    return bar(axis, retry ? Kind.BACKOFF : Kind.WAIT, from, to, gapTitle(retry, open, from, to));
  }

  private static String gapTitle(boolean retry, boolean open, Instant from, Instant to) {
    if (open) {
      return retry ? "Waits for the next attempt" : "Waits";
    }
    return (retry ? "Waited " : "Stood still for ") + Words.of(Duration.between(from, to));
  }

  private static Bar bar(Axis axis, Kind kind, Instant from, Instant to, String title) {
    double start = axis.percent(from);
    return new Bar(kind, start, Math.max(0, axis.percent(to) - start), title);
  }

  private static Kind kind(Outcome outcome) {
    return switch (outcome) {
      case RUNNING -> Kind.RUNNING;
      case COMPLETED -> Kind.COMPLETED;
      case FAILED -> Kind.FAILED;
      case INTERRUPTED -> Kind.INTERRUPTED;
    };
  }

  private static String title(AttemptRecord attempt) {
    var took =
        attempt.finishedAt() == null
            ? ""
            : " after " + Words.of(Duration.between(attempt.startedAt(), attempt.finishedAt()));
    return "Attempt " + attempt.attempt() + ": " + attempt.outcome().word() + took;
  }
}
