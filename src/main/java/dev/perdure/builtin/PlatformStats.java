package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.Statistics.FrequentError;
import dev.perdure.journal.Statistics.SlowStep;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened on the platform in a period, and how it is at its end.
 *
 * @param from inclusive
 * @param to exclusive
 * @param overall the runs of all workflows; its p50 and p95 are estimates when there are several
 * @param retries attempts that followed a failed one
 * @param healthReports from how many health reports {@code services} comes
 * @param truncated whether there was more than could be counted
 * @param completeSince runs that were created then or later have all been counted, older ones not;
 *     null when none was left out
 */
record PlatformStats(
    Instant from,
    Instant to,
    RunStats overall,
    List<WorkflowStats> workflows,
    long retries,
    List<SlowStep> slowestSteps,
    List<FrequentError> frequentErrors,
    List<ServiceUptime> services,
    int healthReports,
    Resources resources,
    boolean truncated,
    @Nullable Instant completeSince) {

  PlatformStats {
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    requireNonNull(overall, "overall");
    workflows = List.copyOf(workflows);
    slowestSteps = List.copyOf(slowestSteps);
    frequentErrors = List.copyOf(frequentErrors);
    services = List.copyOf(services);
    requireNonNull(resources, "resources");
  }

  /** The runs of one workflow. */
  record WorkflowStats(String workflow, RunStats runs) {
    WorkflowStats {
      requireNonNull(workflow, "workflow");
      requireNonNull(runs, "runs");
    }
  }

  /**
   * A service in the health reports of the period.
   *
   * @param checks how often it was looked at
   * @param up how often it worked, slow ones included
   * @param upPercent the same of 100, rounded down to 0.1
   * @param worstLatencyMs null when it never answered
   */
  record ServiceUptime(
      String service, int checks, int up, double upPercent, @Nullable Long worstLatencyMs) {
    ServiceUptime {
      requireNonNull(service, "service");
    }
  }

  /** What the platform takes up and has left; see {@link Machine} for the last four. */
  record Resources(
      long databaseBytes,
      long walBytes,
      long diskFreeBytes,
      long diskTotalBytes,
      long memoryUsedBytes,
      long memoryMaxBytes,
      @Nullable Double loadAverage,
      int processors) {}
}
