package dev.perdure.builtin;

import dev.perdure.journal.Statistics.WorkflowRuns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durations of several workflows together, of which only the percentiles of each are known.
 * Between those, durations are taken as evenly spread, so what comes out is an estimate; for a
 * single workflow it is what the journal says.
 */
final class MixedDurations {

  private static final int HALVINGS = 60;

  private final List<Curve> curves;

  /** Runs at or below a duration, as a line through the known points. */
  private record Curve(long runs, long p50Ms, long p95Ms, long maxMs) {

    double runsUpTo(double ms) {
      if (ms < p50Ms) {
        return runs * 0.5 * ms / p50Ms;
      }
      if (ms < p95Ms) {
        return runs * (0.5 + 0.45 * (ms - p50Ms) / (p95Ms - p50Ms));
      }
      return ms < maxMs ? runs * (0.95 + 0.05 * (ms - p95Ms) / (maxMs - p95Ms)) : runs;
    }
  }

  MixedDurations(List<WorkflowRuns> workflows) {
    this.curves =
        workflows.stream().map(MixedDurations::curve).filter(MixedDurations::counts).toList();
  }

  /** The duration that this share of the runs did not exceed; null when none has ended. */
  @Nullable Long percentile(int percent) {
    if (curves.isEmpty()) {
      return null;
    }
    double wanted = curves.stream().mapToLong(Curve::runs).sum() * percent / 100.0;
    double low = 0;
    double high = curves.stream().mapToLong(Curve::maxMs).max().orElse(0);
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      double below = curves.stream().mapToDouble(curve -> curve.runsUpTo(middle)).sum();
      if (below < wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.round(high);
  }

  private static Curve curve(WorkflowRuns runs) {
    var p50 = runs.p50Ms();
    var p95 = runs.p95Ms();
    var max = runs.maxMs();
    long ended = runs.completed() + runs.failed() + runs.cancelled();
    return p50 == null || p95 == null || max == null
        ? new Curve(0, 0, 0, 0)
        : new Curve(ended, p50, p95, max);
  }

  private static boolean counts(Curve curve) {
    return curve.runs() > 0;
  }
}
