package dev.perdure.web.dashboard;

import dev.perdure.engine.Zombie;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.StepPlan;
import dev.perdure.web.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run in full: below its row, and on its own page.
 *
 * @param axis the length of the timeline in words; null while the run goes on
 * @param more where the steps behind these are, from the application's root; null when there are
 *     none
 * @param validUntil when this may stop being true without a commit; null for never
 */
public record RunView(
    String id,
    String workflow,
    int version,
    Badge badge,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable String duration,
    @Nullable NoticeView notice,
    List<StepView> steps,
    @Nullable String axis,
    ValueView input,
    @Nullable ValueView output,
    @Nullable String more,
    @Nullable Instant validUntil) {

  public RunView {
    steps = List.copyOf(steps);
  }

  static RunView of(RunDetail detail, Standing standing, List<Zombie> zombies) {
    var run = detail.run();
    var axis = Axis.of(run, detail.steps());
    var base = "api/runs/" + run.id();
    return new RunView(
        run.id().toString(),
        run.workflow(),
        run.version(),
        Badge.of(run.status(), standing.waitingFor()),
        run.createdAt(),
        run.startedAt(),
        run.finishedAt(),
        run.duration().map(Words::of).orElse(null),
        NoticeView.of(detail, standing.waitingFor()).orElse(null),
        steps(detail, axis, zombies),
        axis.length().orElse(null),
        ValueView.of(detail.input(), base + "/input"),
        ValueView.ofNullable(detail.output(), base + "/output").orElse(null),
        detail.nextOrdinal() == null ? null : "runs/" + run.id() + "?from=" + detail.nextOrdinal(),
        standing.validUntil());
  }

  public @Nullable Instant runningSince() {
    return badge.isLive() ? startedAt : null;
  }

  private static List<StepView> steps(RunDetail detail, Axis axis, List<Zombie> zombies) {
    var steps = new ArrayList<StepView>();
    for (var step : detail.steps()) {
      steps.add(StepView.of(step, detail.run(), axis, zombies));
    }
    if (detail.nextOrdinal() == null && !detail.plan().isEmpty()) {
      addPlanned(steps, detail);
    }
    return steps;
  }

  /** The steps of a sequence begin in the order of its plan, so those left over are its tail. */
  private static void addPlanned(List<StepView> steps, RunDetail detail) {
    boolean ended = detail.run().status().isTerminal();
    int begun = detail.steps().isEmpty() ? 0 : detail.steps().getLast().ordinal() + 1;
    List<StepPlan> plan = detail.plan();
    for (int index = begun; index < plan.size(); index++) {
      steps.add(StepView.planned(plan.get(index), index, ended));
    }
  }
}
