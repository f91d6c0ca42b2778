package dev.perdure.web.dashboard;

import dev.perdure.engine.Zombie;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.StepRecord;
import dev.perdure.web.Standing;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run in full: below its row, and on its own page.
 *
 * @param axis the length of the timeline in words; null while the run goes on
 * @param more where the steps behind these are, from the application's root; null when there are
 *     none
 * @param parent the id of the run that has started this one; null when none has
 * @param deadline when its time is up; null when it is not limited or has ended
 * @param cancellable whether asking for its cancellation may change anything
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
    @Nullable String parent,
    @Nullable Instant deadline,
    boolean cancellable,
    @Nullable Instant validUntil) {

  public RunView {
    steps = List.copyOf(steps);
  }

  /** The run's first steps, without logs. */
  static RunView of(RunDetail detail, Standing standing, List<Zombie> zombies) {
    return of(detail, StepsFrom.START, List.of(), standing, zombies, Logs.NONE);
  }

  /**
   * A page of the run's steps.
   *
   * @param context the containers that its steps stand in and that stand on pages before
   */
  static RunView of(
      RunDetail detail,
      StepsFrom from,
      List<StepRecord> context,
      Standing standing,
      List<Zombie> zombies,
      Logs logs) {
    var run = detail.run();
    var axis = Axis.of(run, Stream.concat(context.stream(), detail.steps().stream()).toList());
    var base = "api/runs/" + run.id();
    var next = detail.nextOrdinal();
    boolean live = !run.status().isTerminal();
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
        new StepTree(detail, from, context, axis, zombies, logs).views(),
        axis.length().orElse(null),
        ValueView.of(detail.input(), base + "/input"),
        ValueView.ofNullable(detail.output(), base + "/output").orElse(null),
        next == null ? null : from.next(detail, next, context),
        run.parent() == null ? null : run.parent().toString(),
        live ? run.deadline() : null,
        live && run.ending() == null,
        standing.validUntil());
  }

  public @Nullable Instant runningSince() {
    return badge.isLive() ? startedAt : null;
  }
}
