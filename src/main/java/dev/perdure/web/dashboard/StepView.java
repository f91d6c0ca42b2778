package dev.perdure.web.dashboard;

import dev.perdure.engine.Zombie;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StoredValue;
import dev.perdure.journal.WaitingFor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a run, begun or planned.
 *
 * @param depth how many others it stands in
 * @param number its place in the run from 1; empty where it stands in another one
 * @param kind what it is, in words; empty for a plain step
 * @param attempts "2 of 3", empty before the first and where there are none
 * @param reason why it has its status; empty when there is nothing to say
 * @param note what it waits for or how far it is; null when there is nothing to say
 * @param duration from its beginning to its end; null until then
 * @param runningSince its first attempt; null unless it holds a thread now
 * @param due when it goes on by itself; null unless that is known
 * @param error null where it stands at an attempt
 * @param log null when there is none
 * @param childHref the run that it has started, from the application's root; null for all others
 * @param inner what stands in it; null when nothing does
 */
public record StepView(
    String key,
    int depth,
    String number,
    String name,
    String kind,
    Badge badge,
    String attempts,
    String reason,
    @Nullable NoteView note,
    @Nullable TimelineView timeline,
    @Nullable String duration,
    @Nullable Instant runningSince,
    @Nullable Instant due,
    @Nullable ValueView input,
    @Nullable ValueView output,
    @Nullable ErrorView error,
    List<AttemptView> tries,
    List<ZombieView> zombies,
    @Nullable LogView log,
    @Nullable String childHref,
    @Nullable GroupView inner) {

  private static final int INDENT_MAX = 3;

  public StepView {
    tries = List.copyOf(tries);
    zombies = List.copyOf(zombies);
  }

  /** Whether it stays in grey: it has not begun. */
  public boolean isUnbegun() {
    return badge == Badge.PENDING || badge == Badge.NOT_RUN;
  }

  /** Whether there is anything behind the row. A child's row leads to its run instead. */
  public boolean hasBody() {
    boolean filled = !tries.isEmpty() || error != null || input != null || output != null;
    return childHref == null && filled;
  }

  /** A class of the style sheet: deeper ones stand no further to the right. */
  public String indent() {
    return "d" + Math.min(depth, INDENT_MAX);
  }

  static StepView of(
      StepRecord step,
      String kind,
      RunRecord run,
      Axis axis,
      List<Zombie> zombies,
      Logs logs,
      int depth,
      @Nullable GroupView inner) {
    var attempts = Attempts.of(step);
    var finished = step.finishedAt();
    var reason = step.reason();
    var own = "runs/" + run.id() + "/steps/" + step.ordinal();
    return new StepView(
        "step-" + EntryWords.listOf(step),
        depth,
        step.scope().isEmpty() ? Integer.toString(step.position() + 1) : "",
        step.name(),
        kind,
        Badge.of(step),
        step.attempt() == 0 ? "" : Math.max(step.attemptCount(), 1) + " of " + step.maxAttempts(),
        reason == null ? "" : reason.message(),
        NoteView.of(step).orElse(null),
        Attempts.timeline(step, attempts, axis),
        finished == null ? null : Words.of(Duration.between(step.startedAt(), finished)),
        step.isInFlight() ? step.startedAt() : null,
        due(step),
        value(step, step.input(), "api/" + own + "/input"),
        value(step, step.output(), "api/" + own + "/output"),
        step.error() == null || !attempts.isEmpty() ? null : ErrorView.of(step.error()),
        attempts.stream().map(attempt -> AttemptView.of(attempt, axis)).toList(),
        ZombieView.of(zombies, run.id(), step),
        logs.of(step, own + "/log"),
        step.child() == null ? null : "runs/" + step.child(),
        inner);
  }

  /** The values of what holds items are the journal's own bookkeeping. */
  private static @Nullable ValueView value(
      StepRecord step, @Nullable StoredValue value, String href) {
    boolean own = EntryWords.isFanOut(step.kind()) || step.kind().equals(EntryKind.TIMER);
    return own ? null : ValueView.ofNullable(value, href).orElse(null);
  }

  private static @Nullable Instant due(StepRecord step) {
    var waiting = step.waitingFor();
    return waiting != null && waiting.kind() == WaitingFor.Kind.TIMER
        ? waiting.until()
        : step.nextDueAt();
  }

  /** A step of the plan that has not begun, and never will when its run has ended. */
  static StepView planned(StepPlan plan, int position, boolean ended) {
    return new StepView(
        "step-" + position,
        0,
        Integer.toString(position + 1),
        plan.name(),
        plan.kind().equals(EntryKind.STEP) ? "" : plan.kind(),
        ended ? Badge.NOT_RUN : Badge.PENDING,
        "",
        "",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        List.of(),
        null,
        null,
        null);
  }
}
