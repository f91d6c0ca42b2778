package dev.perdure.builtin;

import static dev.perdure.builtin.FindingStatus.DOWN;
import static dev.perdure.builtin.FindingStatus.SLOW;
import static dev.perdure.builtin.FindingStatus.UP;
import static dev.perdure.builtin.FindingStatus.WARNING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.builtin.HealthReport.ServiceReport;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Statistics.Space;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SelfChecksTest {

  private static final long MIB = 1L << 20;

  private final FakeStatistics statistics = new FakeStatistics();
  private Machine machine = new Machine(300 * MIB, 100 * MIB, 1024 * MIB, 0.5, 2);
  private @Nullable URI ownLiveAddress;

  @Test
  void saysThatAllIsWell() throws Exception {
    var report = run();
    assertEquals(Verdict.HEALTHY, report.verdict());
    assertEquals(
        Map.of(
            "journal-write", "A write was durable after 2 ms.",
            "journal-read", "A read took 1 ms.",
            "disk", "50 GiB (50 %) are free; the journal takes up 5 MiB.",
            "memory", "300 MiB of 1 GiB are used, 100 MiB after the latest collection."),
        report.services().stream()
            .collect(Collectors.toMap(ServiceReport::name, ServiceReport::detail)));
  }

  @Test
  void asksItsOwnPortWhereItHasOne() throws Exception {
    try (var servers = new LocalServers()) {
      ownLiveAddress = URI.create(servers.http(LocalServers.answering(200)) + "/health/live");
      assertEquals(UP, status("health-live"));
      ownLiveAddress = URI.create(servers.http(LocalServers.answering(503)) + "/health/live");
      assertEquals(FindingStatus.WRONG_STATUS, status("health-live"));
    }
  }

  @Test
  void findsASlowJournal() throws Exception {
    statistics.write = () -> Duration.ofMillis(1_200);
    statistics.read = () -> Duration.ofSeconds(1);
    assertEquals(SLOW, status("journal-write"));
    assertEquals(SLOW, status("journal-read"));
    assertEquals(Verdict.DEGRADED, run().verdict());
  }

  @Test
  void findsAJournalThatDoesNotAnswer() throws Exception {
    statistics.write =
        () -> {
          throw new JournalException.Full("/secret/path is full", new IllegalStateException());
        };
    var report = run();
    assertEquals(DOWN, status("journal-write"));
    assertEquals("There is no space left.", report.services().getFirst().detail());
    assertEquals(Verdict.UNHEALTHY, report.verdict());
  }

  @ParameterizedTest
  @CsvSource({
    "10240, 102400, UP",
    "10239, 102400, WARNING",
    "1024, 2048, UP",
    "1023, 2048, WARNING",
    "2047, 102400, DOWN",
    "2048, 102400, WARNING",
    "100, 200, WARNING",
    "99, 200, DOWN",
    "0, 0, DOWN"
  })
  void judgesTheSpaceThatIsLeft(long freeMib, long totalMib, FindingStatus expected)
      throws Exception {
    statistics.space = new Space(MIB, 0, freeMib * MIB, totalMib * MIB);
    assertEquals(expected, status("disk"));
  }

  @Test
  void judgesMemoryByWhatCollectionsLeave() throws Exception {
    machine = new Machine(1_020 * MIB, 100 * MIB, 1_024 * MIB, null, 2);
    assertEquals(UP, status("memory"));
    machine = new Machine(1_020 * MIB, 950 * MIB, 1_024 * MIB, null, 2);
    assertEquals(WARNING, status("memory"));
    machine = new Machine(1_020 * MIB, 1_010 * MIB, 1_024 * MIB, null, 2);
    assertEquals(DOWN, status("memory"));
  }

  @Test
  void readsTheRealMachine() {
    var now = Machine.now();
    assertTrue(now.heapUsedBytes() > 0 && now.heapMaxBytes() > 0 && now.processors() > 0);
  }

  private FindingStatus status(String name) throws Exception {
    return run().services().stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow()
        .status();
  }

  private HealthReport run() throws Exception {
    var settings =
        new BuiltinSettings(
            List.of(),
            statistics,
            InstantSource.fixed(Instant.EPOCH),
            () -> 0,
            () -> Optional.ofNullable(ownLiveAddress));
    return SequenceRunner.run(PlatformHealthCheck.workflow(settings, () -> machine), "{}");
  }
}
