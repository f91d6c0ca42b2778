package dev.perdure.builtin;

import static dev.perdure.builtin.FindingStatus.DOWN;
import static dev.perdure.builtin.FindingStatus.SLOW;
import static dev.perdure.builtin.FindingStatus.UP;
import static dev.perdure.builtin.FindingStatus.WRONG_STATUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.builtin.HealthReport.Counts;
import dev.perdure.builtin.HealthReport.ServiceReport;
import dev.perdure.builtin.HealthReport.StatusChange;
import dev.perdure.workflow.FinalStepException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlatformHealthCheckTest {

  private static final Instant NOW = Instant.parse("2026-03-01T02:00:00Z");

  private final LocalServers servers = new LocalServers();
  private final FakeStatistics statistics = new FakeStatistics();
  private final AtomicLong slowness = new AtomicLong();

  @AfterEach
  void stopServers() {
    servers.close();
  }

  @Test
  void reportsEachServiceAsItIs() throws Exception {
    var report = run(mixedServices(), "{}");

    assertEquals(NOW, report.at());
    assertEquals(Verdict.UNHEALTHY, report.verdict());
    assertEquals(new Counts(8, 2, 0, 1, 2, 3), report.counts());
    assertService(report, "healthy", UP, 200, "Answered 200 in ");
    assertService(report, "slow", SLOW, 200, "; slow is from 1 s.");
    assertService(report, "broken", WRONG_STATUS, 500, "; expected is 2xx.");
    assertService(report, "moved", WRONG_STATUS, 302, "Redirects are not followed.");
    assertService(report, "down", DOWN, null, "The connection was refused");
    assertService(report, "silent", DOWN, null, "No complete answer within 300 ms.");
    assertService(report, "port", UP, null, "Accepted a connection after ");
    assertService(report, "no-port", DOWN, null, "The connection was refused");
    assertTrue(latency(report, "slow") >= 2_000);
    assertNotNull(service(report, "healthy").latencyMs());
    assertNull(service(report, "silent").latencyMs());
    var begin =
        """
        **Unhealthy**: 2 of 8 up, 1 slow, 2 with a wrong status, 3 down.

        Looked at on 2026-03-01 02:00:00 UTC.

        ## Changes since the last report

        None.

        ## Services
        """;
    assertTrue(report.markdown().startsWith(begin), report::markdown);
  }

  /** The time that the others measure moves with the slow one, so their own limits are wide. */
  private List<Service> mixedServices() throws IOException {
    var wide = "#slow=50s&timeout=60s";
    return Services.parse(
        String.join(
            ",",
            "healthy=" + servers.http(LocalServers.answering(200)) + "/health" + wide,
            "slow="
                + servers.http(exchange -> {
                  slowness.addAndGet(Duration.ofSeconds(2).toNanos());
                  LocalServers.answering(200).handle(exchange);
                }),
            "broken=" + servers.http(LocalServers.answering(500)) + wide,
            "moved="
                + servers.http(exchange -> {
                  exchange.getResponseHeaders().set("Location", "http://169.254.169.254/");
                  LocalServers.answering(302).handle(exchange);
                }),
            "down=http://" + servers.closed() + "/",
            "silent=http://" + servers.silent() + "/#timeout=300ms",
            "port=tcp://" + servers.silent() + wide,
            "no-port=tcp://" + servers.closed()));
  }

  @Test
  void looksOnlyAtTheNamedServices() throws Exception {
    var services = Services.parse("a=tcp://" + servers.silent() + ",b=tcp://" + servers.closed());
    var report = run(services, "{\"services\":[\"a\",\"a\"]}");
    assertEquals(List.of("a"), report.services().stream().map(ServiceReport::name).toList());
    assertEquals(Verdict.HEALTHY, report.verdict());
    assertTrue(report.markdown().startsWith("**Healthy**: the one service is up.\n"));
  }

  @Test
  void refusesNamesThatAreNotConfigured() {
    var services = Services.parse("a=tcp://127.0.0.1:1,b=tcp://127.0.0.1:1");
    var error =
        assertThrows(
            FinalStepException.class,
            () -> run(services, "{\"services\":[\"a\",\"http://169.254.169.254/\"]}"));
    assertEquals(
        "There is no service named \"http://169.254.169.254/\". The input can name these: a, b."
            + " Services are added by the operator, in PERDURE_SERVICES.",
        error.getMessage());
  }

  @Test
  void saysWhatHasChangedSinceEachServiceWasLastSeen() throws Exception {
    var lastHour = NOW.minusSeconds(3600);
    var lastDay = NOW.minusSeconds(86_400);
    var lastMonth = NOW.minus(Duration.ofDays(31));
    statistics.addHealthReport(lastMonth, seen("new", "down"));
    statistics.addHealthReport(lastDay, seen("a", "down"));
    statistics.addHealthReport(lastDay, seen("b", "down"));
    statistics.addHealthReport(lastHour, seen("a", "up"));
    var services =
        Services.parse(
            "a=tcp://%s,b=tcp://%s,new=tcp://%s"
                .formatted(servers.closed(), servers.closed(), servers.silent()));

    var report = run(services, "{}");

    assertEquals(List.of(new StatusChange("a", UP, DOWN, lastHour)), report.changes());
    assertEquals(UP, service(report, "a").changedFrom());
    assertNull(service(report, "b").changedFrom());
    assertNull(service(report, "new").changedFrom());
    assertTrue(
        report.markdown().contains("- a was up on 2026-03-01 01:00:00 UTC and is down now.\n"),
        report::markdown);
  }

  @Test
  void readsItsOwnReportsAgain() throws Exception {
    var services = Services.parse("a=tcp://" + servers.silent());
    var report = run(services, "{}");
    statistics.addHealthReport(NOW.minusSeconds(1), SequenceRunner.GSON.toJson(report));
    var later = Services.parse("a=tcp://" + servers.closed());
    assertEquals(
        List.of(new StatusChange("a", UP, DOWN, NOW.minusSeconds(1))), run(later, "{}").changes());
  }

  @Test
  void ignoresWhatItDoesNotUnderstandInOldReports() throws Exception {
    for (var json :
        List.of(
            "null",
            "[]",
            "{",
            "{\"services\":7}",
            "{\"services\":[7,null,{},{\"name\":7,\"status\":\"up\"}]}",
            "{\"services\":[{\"name\":\"a\",\"status\":\"sleepy\"}]}")) {
      statistics.addHealthReport(NOW.minusSeconds(60), json);
    }
    var services = Services.parse("a=tcp://" + servers.closed());
    assertEquals(List.of(), run(services, "{}").changes());
  }

  @Test
  void hasTimeForTheWorstCase() {
    var many = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      many.append("s").append(i).append("=tcp://127.0.0.1:1#timeout=10s,");
    }
    var ping = new PingServices(settings(Services.parse(many.toString())), Machine::now);
    // Four rounds of 32, or less, and the margin.
    assertEquals(Duration.ofMillis(51_250), ping.timeout());
  }

  @Test
  void exampleInputMeansEveryService() {
    var workflow = PlatformHealthCheck.workflow(settings(List.of()), Machine::now);
    assertEquals(Optional.of(HealthCheckInput.ALL), workflow.inputExample());
    assertFalse(workflow.cron().isPresent());
  }

  private HealthReport run(List<Service> services, String input) throws Exception {
    return SequenceRunner.run(
        PlatformHealthCheck.workflow(settings(services), Machine::now), input);
  }

  private BuiltinSettings settings(List<Service> services) {
    return new BuiltinSettings(
        services,
        statistics,
        InstantSource.fixed(NOW),
        () -> System.nanoTime() + slowness.get(),
        Optional::empty);
  }

  private static String seen(String service, String status) {
    return "{\"services\":[{\"name\":\"%s\",\"status\":\"%s\"}]}".formatted(service, status);
  }

  private static ServiceReport service(HealthReport report, String name) {
    return report.services().stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long latency(HealthReport report, String name) {
    var latency = service(report, name).latencyMs();
    return latency == null ? -1 : latency;
  }

  private static void assertService(
      HealthReport report,
      String name,
      FindingStatus status,
      @Nullable Integer httpStatus,
      String detail) {
    var service = service(report, name);
    assertEquals(status, service.status(), service::toString);
    assertEquals(httpStatus, service.httpStatus(), service::toString);
    assertTrue(service.detail().contains(detail), service::toString);
  }
}
