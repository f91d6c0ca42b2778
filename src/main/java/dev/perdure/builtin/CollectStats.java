package dev.perdure.builtin;

import dev.perdure.builtin.PlatformStats.Resources;
import dev.perdure.builtin.PlatformStats.WorkflowStats;
import dev.perdure.journal.Statistics;
import dev.perdure.journal.Statistics.WorkflowRuns;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The step that asks the journal and the machine what happened. */
final class CollectStats {

  private static final int WORKFLOWS_MAX = 100;
  private static final int LIST_MAX = 10;

  private final Statistics statistics;
  private final InstantSource clock;
  private final Supplier<Machine> machine;

  CollectStats(BuiltinSettings settings, Supplier<Machine> machine) {
    this.statistics = settings.statistics();
    this.clock = settings.clock();
    this.machine = machine;
  }

  PlatformStats of(Period period) {
    var to = clock.instant();
    var from = to.minus(period.length());
    var activity = statistics.activity(from, to, WORKFLOWS_MAX);
    var workflows = withoutThisRun(activity.workflows());
    var uptimes = Uptimes.of(statistics, from, to);
    return new PlatformStats(
        from,
        to,
        RunStats.ofAll(workflows),
        workflows.stream()
            .map(runs -> new WorkflowStats(runs.workflow(), RunStats.of(runs)))
            .toList(),
        activity.retries(),
        activity.slowestSteps().stream().limit(LIST_MAX).toList(),
        activity.frequentErrors().stream().limit(LIST_MAX).toList(),
        uptimes.services(),
        uptimes.reports(),
        resources(),
        activity.truncated() || uptimes.reports() >= Uptimes.REPORTS_MAX,
        activity.completeSince());
  }

  /** The run that asks is under way itself: on a day without work there shall be none. */
  private static List<WorkflowRuns> withoutThisRun(List<WorkflowRuns> workflows) {
    return workflows.stream()
        .map(runs ->
            runs.workflow().equals(NightlySummary.NAME) && runs.running() > 0
                ? withOneRunningLess(runs)
                : runs)
        .filter(runs -> RunStats.of(runs).total() > 0)
        .toList();
  }

  private static WorkflowRuns withOneRunningLess(WorkflowRuns runs) {
    return new WorkflowRuns(
        runs.workflow(),
        runs.pending(),
        runs.running() - 1,
        runs.completed(),
        runs.failed(),
        runs.cancelled(),
        runs.blocked(),
        runs.p50Ms(),
        runs.p95Ms(),
        runs.maxMs());
  }

  private Resources resources() {
    var space = statistics.space();
    var now = machine.get();
    return new Resources(
        space.used(),
        space.wal(),
        space.free(),
        space.total(),
        now.heapUsedBytes(),
        now.heapMaxBytes(),
        now.loadAverage(),
        now.processors());
  }
}
