package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The output of platform-health-check.
 *
 * @param at when the services were looked at
 * @param changes the services whose status is another than in the last report that held them
 * @param markdown the report for people
 */
record HealthReport(
    Instant at,
    Verdict verdict,
    Counts counts,
    List<ServiceReport> services,
    List<StatusChange> changes,
    String markdown) {

  HealthReport {
    requireNonNull(at, "at");
    requireNonNull(verdict, "verdict");
    requireNonNull(counts, "counts");
    services = List.copyOf(services);
    changes = List.copyOf(changes);
    requireNonNull(markdown, "markdown");
  }

  /** How many services there are of each status. */
  record Counts(int services, int up, int warning, int slow, int wrongStatus, int down) {

    static Counts of(List<Finding> findings) {
      return new Counts(
          findings.size(),
          count(findings, FindingStatus.UP),
          count(findings, FindingStatus.WARNING),
          count(findings, FindingStatus.SLOW),
          count(findings, FindingStatus.WRONG_STATUS),
          count(findings, FindingStatus.DOWN));
    }

    private static int count(List<Finding> findings, FindingStatus status) {
      return Math.toIntExact(
          findings.stream().filter(finding -> finding.status() == status).count());
    }
  }

  /**
   * A service in the report; see {@link Finding}.
   *
   * @param changedFrom its status in the last report that held it, if that was another; else null
   */
  record ServiceReport(
      String name,
      String target,
      FindingStatus status,
      @Nullable Long latencyMs,
      @Nullable Integer httpStatus,
      @Nullable Integer certificateDaysLeft,
      String detail,
      @Nullable FindingStatus changedFrom) {

    ServiceReport {
      requireNonNull(name, "name");
      requireNonNull(target, "target");
      requireNonNull(status, "status");
      requireNonNull(detail, "detail");
    }

    static ServiceReport of(Finding finding, @Nullable FindingStatus changedFrom) {
      return new ServiceReport(
          finding.name(),
          finding.target(),
          finding.status(),
          finding.latencyMs(),
          finding.httpStatus(),
          finding.certificateDaysLeft(),
          finding.detail(),
          changedFrom);
    }
  }

  /**
   * A service whose status has changed.
   *
   * @param lastSeenAt when the last report that held it ended
   */
  record StatusChange(String service, FindingStatus from, FindingStatus to, Instant lastSeenAt) {

    StatusChange {
      requireNonNull(service, "service");
      requireNonNull(from, "from");
      requireNonNull(to, "to");
      requireNonNull(lastSeenAt, "lastSeenAt");
    }
  }
}
