package dev.perdure.builtin;

import dev.perdure.builtin.PlatformStats.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a summary for people: the headline, then a section for each thing there was. */
final class SummaryMarkdown {

  private SummaryMarkdown() {}

  static String of(String headline, PlatformStats stats) {
    var text = new StringBuilder();
    text.append("**").append(headline).append("**\n\n").append(period(stats));
    section(text, "Workflows", !stats.workflows().isEmpty(), workflows(stats));
    section(text, "Slowest steps", !stats.slowestSteps().isEmpty(), slowestSteps(stats));
    section(text, "Most frequent errors", !stats.frequentErrors().isEmpty(), errors(stats));
    section(text, "Services", true, services(stats));
    section(text, "Platform", true, resources(stats.resources()));
    return text.toString();
  }

  private static void section(StringBuilder text, String title, boolean wanted, String body) {
    if (wanted) {
      text.append("\n## ").append(title).append("\n\n").append(body);
    }
  }

  private static String period(PlatformStats stats) {
    return "From "
        + Humane.instant(stats.from())
        + " to "
        + Humane.instant(stats.to())
        + ", without the run that wrote this.\n"
        + (stats.truncated() ? "\n" + truncated(stats.completeSince()) + "\n" : "");
  }

  /** Rounded up to the second that is shown: of the one it lies in not all runs are counted. */
  private static String truncated(@Nullable Instant completeSince) {
    return completeSince == null
        ? "There was more than could be counted."
        : "There was more than could be counted: runs created before "
            + Humane.instant(completeSince.plusMillis(999))
            + " are not all in these numbers.";
  }

  private static String workflows(PlatformStats stats) {
    var table =
        new MarkdownTable()
            .left("Workflow")
            .right("Runs")
            .right("Completed")
            .right("Failed")
            .right("Other")
            .right("Success")
            .right("p50")
            .right("p95")
            .right("Longest");
    for (var workflow : stats.workflows()) {
      row(table, workflow.workflow(), workflow.runs(), "");
    }
    if (stats.workflows().size() < 2) {
      return table.toString();
    }
    row(table, "All", stats.overall(), "about ");
    return table + "\nThe percentiles of all together are estimates from those of each.\n";
  }

  private static void row(MarkdownTable table, String name, RunStats runs, String about) {
    table.row(
        name,
        Humane.count(runs.total()),
        Humane.count(runs.completed()),
        Humane.count(runs.failed()),
        Humane.count(runs.pending() + runs.running() + runs.cancelled() + runs.blocked()),
        runs.completed() + runs.failed() == 0
            ? "–"
            : Humane.percent(runs.completed(), runs.completed() + runs.failed()),
        duration(about, runs.p50Ms()),
        duration(about, runs.p95Ms()),
        duration("", runs.maxMs()));
  }

  private static String slowestSteps(PlatformStats stats) {
    var table =
        new MarkdownTable()
            .left("Workflow")
            .left("Step")
            .right("Times")
            .right("p95")
            .right("Longest");
    for (var step : stats.slowestSteps()) {
      table.row(
          step.workflow(),
          step.step(),
          Humane.count(step.count()),
          duration("", step.p95Ms()),
          duration("", step.maxMs()));
    }
    return table.toString();
  }

  private static String errors(PlatformStats stats) {
    var table = new MarkdownTable().right("Times").left("Workflow").left("Step").left("Error");
    for (var error : stats.frequentErrors()) {
      table.row(
          Humane.count(error.count()),
          error.workflow(),
          error.step(),
          error.message().isBlank() ? error.type() : error.type() + ": " + error.message());
    }
    return table.toString();
  }

  private static String services(PlatformStats stats) {
    if (stats.services().isEmpty()) {
      return "There were no health reports.\n";
    }
    var table =
        new MarkdownTable().left("Service").right("Checks").right("Up").right("Worst latency");
    for (var service : stats.services()) {
      table.row(
          service.service(),
          Humane.count(service.checks()),
          Humane.percent(service.up(), service.checks()),
          duration("", service.worstLatencyMs()));
    }
    return "From "
        + Humane.count(stats.healthReports(), "health report", "health reports")
        + ".\n\n"
        + table;
  }

  private static String resources(Resources resources) {
    var load = resources.loadAverage();
    return "- Database: %s, of which %s write-ahead log\n"
            .formatted(Humane.bytes(resources.databaseBytes()), Humane.bytes(resources.walBytes()))
        + "- Disk: %s of %s free (%s)\n"
            .formatted(
                Humane.bytes(resources.diskFreeBytes()),
                Humane.bytes(resources.diskTotalBytes()),
                Humane.percent(resources.diskFreeBytes(), Math.max(1, resources.diskTotalBytes())))
        + "- Memory: %s of %s heap used\n"
            .formatted(
                Humane.bytes(resources.memoryUsedBytes()), Humane.bytes(resources.memoryMaxBytes()))
        + "- Load: %s on %s\n"
            .formatted(
                load == null ? "unknown" : String.format(Locale.ROOT, "%.1f", load),
                Humane.count(resources.processors(), "processor", "processors"));
  }

  private static String duration(String about, @Nullable Long millis) {
    return millis == null ? "–" : about + Humane.duration(Duration.ofMillis(millis));
  }
}
