package dev.perdure.web.dashboard;

import dev.perdure.engine.Zombie;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a run, begun or planned.
 *
 * @param number from 1
 * @param attempts "2 of 3", empty before the first
 * @param reason why it has its status; empty when there is nothing to say
 * @param duration from its first attempt to its end; null until then
 * @param runningSince its first attempt; null unless it holds a thread now
 * @param due when its next attempt begins; null unless it waits for that
 */
public record StepView(
    String key,
    int number,
    String name,
    Badge badge,
    String attempts,
    String reason,
    @Nullable TimelineView timeline,
    @Nullable String duration,
    @Nullable Instant runningSince,
    @Nullable Instant due,
    @Nullable ValueView input,
    @Nullable ValueView output,
    List<AttemptView> tries,
    List<ZombieView> zombies) {

  public StepView {
    tries = List.copyOf(tries);
    zombies = List.copyOf(zombies);
  }

  /** Whether there is anything behind the row. */
  public boolean hasBegun() {
    return !tries.isEmpty();
  }

  static StepView of(StepRecord step, RunRecord run, Axis axis, List<Zombie> zombies) {
    var attempts = Attempts.of(step);
    var finished = step.finishedAt();
    var reason = step.reason();
    var base = "api/runs/" + run.id() + "/steps/" + step.ordinal();
    return new StepView(
        "step-" + step.ordinal(),
        step.ordinal() + 1,
        step.name(),
        Badge.of(step.status(), step.waitingFor()),
        Math.max(step.attemptCount(), 1) + " of " + step.maxAttempts(),
        reason == null ? "" : reason.message(),
        Attempts.timeline(step, attempts, axis),
        finished == null ? null : Words.of(Duration.between(step.startedAt(), finished)),
        step.isInFlight() ? step.startedAt() : null,
        step.nextDueAt(),
        ValueView.ofNullable(step.input(), base + "/input").orElse(null),
        ValueView.ofNullable(step.output(), base + "/output").orElse(null),
        attempts.stream().map(attempt -> AttemptView.of(attempt, axis)).toList(),
        ZombieView.of(zombies, run.id(), step.name()));
  }

  /** A step of the plan that has not begun, and never will when its run has ended. */
  static StepView planned(StepPlan plan, int index, boolean ended) {
    return new StepView(
        "step-" + index,
        index + 1,
        plan.name(),
        ended ? Badge.NOT_RUN : Badge.PENDING,
        "",
        "",
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        List.of());
  }
}
