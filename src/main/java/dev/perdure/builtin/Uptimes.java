package dev.perdure.builtin;

import dev.perdure.builtin.PastReport.PastService;
import dev.perdure.builtin.PlatformStats.ServiceUptime;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Statistics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up the health reports of a period, service by service. Not thread-safe. */
final class Uptimes {

  /** Reports are read in pages, because some hundred of them may be large. */
  static final int PAGE = 50;

  static final int REPORTS_MAX = 5_000;

  private final Map<String, Tally> tallies = new TreeMap<>();
  private final Set<RunId> seen = new HashSet<>();

  private Uptimes() {}

  /** The newest reports from one instant to another, at most 5,000. */
  static Uptimes of(Statistics statistics, Instant from, Instant to) {
    var uptimes = new Uptimes();
    var before = to;
    while (uptimes.reports() < REPORTS_MAX) {
      var page = statistics.outputs(PlatformHealthCheck.NAME, from, before, PAGE);
      boolean isNew = false;
      for (var output : page) {
        isNew |= uptimes.add(output);
      }
      if (!isNew || page.size() < PAGE) {
        break;
      }
      // The end is exclusive and several reports may end in one millisecond: those come again.
      var next = page.getLast().finishedAt().plusMillis(1);
      before = next.isBefore(before) ? next : page.getLast().finishedAt();
    }
    return uptimes;
  }

  int reports() {
    return seen.size();
  }

  /** The services by name. */
  List<ServiceUptime> services() {
    var services = new ArrayList<ServiceUptime>();
    tallies.forEach((service, tally) -> services.add(tally.uptime(service)));
    return services;
  }

  private boolean add(Statistics.Output output) {
    if (!seen.add(output.id())) {
      return false;
    }
    for (var service : PastReport.of(output).services()) {
      tallies.computeIfAbsent(service.name(), _ -> new Tally()).add(service);
    }
    return true;
  }

  private static final class Tally {
    private int checks;
    private int up;
    private @Nullable Long worstLatencyMs;

    void add(PastService service) {
      checks++;
      if (service.status().isWorking()) {
        up++;
      }
      var latency = service.latencyMs();
      if (latency != null && (worstLatencyMs == null || latency > worstLatencyMs)) {
        worstLatencyMs = latency;
      }
    }

    ServiceUptime uptime(String service) {
      return new ServiceUptime(service, checks, up, Humane.percentOf(up, checks), worstLatencyMs);
    }
  }
}
