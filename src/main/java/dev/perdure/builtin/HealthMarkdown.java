package dev.perdure.builtin;

import dev.perdure.builtin.HealthReport.Counts;
import dev.perdure.builtin.HealthReport.ServiceReport;
import dev.perdure.builtin.HealthReport.StatusChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a health report for people: the verdict first, then what has changed, then all of it. */
final class HealthMarkdown {

  private HealthMarkdown() {}

  static String of(
      Instant at,
      Verdict verdict,
      Counts counts,
      List<ServiceReport> services,
      List<StatusChange> changes) {
    var text = new StringBuilder();
    text.append("**").append(verdict(verdict)).append("**: ").append(counts(counts)).append("\n\n");
    text.append("Looked at on ").append(Humane.instant(at)).append(".\n\n");
    text.append("## Changes since the last report\n\n").append(changes(changes)).append('\n');
    text.append("## Services\n\n").append(table(services));
    return text.toString();
  }

  private static String verdict(Verdict verdict) {
    return verdict.word().substring(0, 1).toUpperCase(Locale.ROOT) + verdict.word().substring(1);
  }

  private static String counts(Counts counts) {
    if (counts.up() == counts.services()) {
      return counts.services() == 1 ? "the one service is up." : all(counts.services());
    }
    var parts = new ArrayList<String>();
    parts.add(counts.up() + " of " + counts.services() + " up");
    add(parts, counts.warning(), "with a warning");
    add(parts, counts.slow(), "slow");
    add(parts, counts.wrongStatus(), "with a wrong status");
    add(parts, counts.down(), "down");
    return String.join(", ", parts) + ".";
  }

  private static String all(int services) {
    return "all " + services + " services are up.";
  }

  private static void add(List<String> parts, int count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }

  private static String changes(List<StatusChange> changes) {
    if (changes.isEmpty()) {
      return "None.\n";
    }
    var text = new StringBuilder();
    for (var change : changes) {
      text.append("- ")
          .append(Markdown.escaped(change.service()))
          .append(" was ")
          .append(change.from().word())
          .append(" on ")
          .append(Humane.instant(change.lastSeenAt()))
          .append(" and is ")
          .append(change.to().word())
          .append(" now.\n");
    }
    return text.toString();
  }

  private static String table(List<ServiceReport> services) {
    var table =
        new MarkdownTable()
            .left("Service")
            .left("Status")
            .right("Latency")
            .right("Certificate")
            .left("Detail")
            .left("Target");
    for (var service : services) {
      table.row(
          service.name(),
          service.status().word(),
          latency(service.latencyMs()),
          certificate(service.certificateDaysLeft()),
          service.detail(),
          service.target());
    }
    return table.toString();
  }

  private static String latency(@Nullable Long millis) {
    return millis == null ? "–" : Humane.duration(Duration.ofMillis(millis));
  }

  private static String certificate(@Nullable Integer days) {
    if (days == null) {
      return "–";
    }
    return days < 0 ? "ended" : Humane.count(days, "day", "days");
  }
}
