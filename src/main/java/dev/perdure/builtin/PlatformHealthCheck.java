package dev.perdure.builtin;

import static dev.perdure.workflow.Steps.retries;

import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.util.function.Supplier;

/** Looks at every configured service, or at Perdure itself, and reports. */
final class PlatformHealthCheck {

  static final String NAME = "platform-health-check";

  private PlatformHealthCheck() {}

  static Workflow<HealthCheckInput, HealthReport> workflow(
      BuiltinSettings settings, Supplier<Machine> machine) {
    var ping = new PingServices(settings, machine);
    var report = new GenerateReport(settings.statistics());
    return Workflow.named(NAME)
        .version(1)
        .describedAs(description(settings))
        .input(HealthCheckInput.class, HealthCheckInput.ALL)
        .step(
            "ping-services",
            Findings.class,
            (input, step) -> ping.look(input),
            retries(2).timeout(ping.timeout()))
        .step(
            "generate-report",
            HealthReport.class,
            (findings, step) -> report.of(findings),
            retries(2).timeout(Duration.ofSeconds(30)))
        .build();
  }

  private static String description(BuiltinSettings settings) {
    return settings.services().isEmpty()
        ? "Checks Perdure itself from inside and writes a health report"
        : "Pings "
            + Humane.count(settings.services().size(), "service", "services")
            + " and writes a health report";
  }
}
