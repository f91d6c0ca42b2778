package dev.perdure.builtin;

import dev.perdure.builtin.HealthReport.Counts;
import dev.perdure.builtin.HealthReport.ServiceReport;
import dev.perdure.builtin.HealthReport.StatusChange;
import dev.perdure.journal.Statistics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The step that makes a report of what was found. */
final class GenerateReport {

  /**
   * A run may look at some services only, so the last look at a service may be some reports ago.
   */
  private static final int REPORTS_MAX = 10;

  private static final Duration LOOK_BACK = Duration.ofDays(30);

  private final Statistics statistics;

  GenerateReport(Statistics statistics) {
    this.statistics = statistics;
  }

  HealthReport of(Findings findings) {
    var lastSeen = lastSeen(findings.at());
    var services = new ArrayList<ServiceReport>();
    var changes = new ArrayList<StatusChange>();
    for (var finding : findings.services()) {
      var change = change(finding, lastSeen.get(finding.name()));
      services.add(ServiceReport.of(finding, change == null ? null : change.from()));
      if (change != null) {
        changes.add(change);
      }
    }
    var verdict = Verdict.on(findings.services());
    var counts = Counts.of(findings.services());
    var markdown = HealthMarkdown.of(findings.at(), verdict, counts, services, changes);
    return new HealthReport(findings.at(), verdict, counts, services, changes, markdown);
  }

  private static @Nullable StatusChange change(Finding finding, @Nullable Last last) {
    return last == null || last.status() == finding.status()
        ? null
        : new StatusChange(finding.name(), last.status(), finding.status(), last.at());
  }

  private record Last(FindingStatus status, Instant at) {}

  private Map<String, Last> lastSeen(Instant now) {
    var seen = new HashMap<String, Last>();
    var outputs =
        statistics.outputs(PlatformHealthCheck.NAME, now.minus(LOOK_BACK), now, REPORTS_MAX);
    for (var output : outputs) {
      var report = PastReport.of(output);
      for (var service : report.services()) {
        seen.putIfAbsent(service.name(), new Last(service.status(), report.at()));
      }
    }
    return seen;
  }
}
