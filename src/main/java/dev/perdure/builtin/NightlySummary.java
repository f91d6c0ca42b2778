package dev.perdure.builtin;

import static dev.perdure.workflow.Steps.retries;

import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.util.function.Supplier;

/** Sums up what happened on the platform, by itself each night. */
final class NightlySummary {

  static final String NAME = "nightly-summary";

  private NightlySummary() {}

  static Workflow<Period, Summary> workflow(BuiltinSettings settings, Supplier<Machine> machine) {
    var statistics = new CollectStats(settings, machine);
    return Workflow.named(NAME)
        .version(1)
        .describedAs("Collects platform statistics and writes a Markdown summary")
        .schedule("0 2 * * *")
        .input(Period.class, Period.lastDay())
        .step(
            "collect-stats",
            PlatformStats.class,
            (period, step) -> statistics.of(period),
            retries(2).timeout(Duration.ofSeconds(60)))
        .step(
            "write-summary",
            Summary.class,
            (stats, step) -> Summary.of(stats),
            retries(2).timeout(Duration.ofSeconds(30)))
        .build();
  }
}
