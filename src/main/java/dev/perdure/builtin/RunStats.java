package dev.perdure.builtin;

import dev.perdure.journal.Statistics.WorkflowRuns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs by status and how long they took.
 *
 * @param successPercent completed ones among the completed and failed, rounded down to 0.1; null
 *     when there are none of both
 */
record RunStats(
    long total,
    long pending,
    long running,
    long completed,
    long failed,
    long cancelled,
    long blocked,
    @Nullable Double successPercent,
    @Nullable Long p50Ms,
    @Nullable Long p95Ms,
    @Nullable Long maxMs) {

  static RunStats of(WorkflowRuns runs) {
    return of(List.of(runs), runs.p50Ms(), runs.p95Ms());
  }

  /** All workflows together; the percentiles are estimates, see {@link MixedDurations}. */
  static RunStats ofAll(List<WorkflowRuns> workflows) {
    var durations = new MixedDurations(workflows);
    return of(workflows, durations.percentile(50), durations.percentile(95));
  }

  private static RunStats of(
      List<WorkflowRuns> workflows, @Nullable Long p50Ms, @Nullable Long p95Ms) {
    long pending = workflows.stream().mapToLong(WorkflowRuns::pending).sum();
    long running = workflows.stream().mapToLong(WorkflowRuns::running).sum();
    long completed = workflows.stream().mapToLong(WorkflowRuns::completed).sum();
    long failed = workflows.stream().mapToLong(WorkflowRuns::failed).sum();
    long cancelled = workflows.stream().mapToLong(WorkflowRuns::cancelled).sum();
    long blocked = workflows.stream().mapToLong(WorkflowRuns::blocked).sum();
    return new RunStats(
        pending + running + completed + failed + cancelled + blocked,
        pending,
        running,
        completed,
        failed,
        cancelled,
        blocked,
        completed + failed == 0 ? null : Humane.percentOf(completed, completed + failed),
        p50Ms,
        p95Ms,
        longest(workflows));
  }

  private static @Nullable Long longest(List<WorkflowRuns> workflows) {
    Long longest = null;
    for (var runs : workflows) {
      var max = runs.maxMs();
      if (max != null && (longest == null || max > longest)) {
        longest = max;
      }
    }
    return longest;
  }
}
