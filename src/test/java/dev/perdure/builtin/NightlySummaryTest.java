package dev.perdure.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.builtin.PlatformStats.ServiceUptime;
import dev.perdure.journal.Statistics.Activity;
import dev.perdure.journal.Statistics.FrequentError;
import dev.perdure.journal.Statistics.SlowStep;
import dev.perdure.journal.Statistics.WorkflowRuns;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NightlySummaryTest {

  private static final Instant NOW = Instant.parse("2026-03-02T02:00:00Z");
  private static final long MIB = 1L << 20;

  private final FakeStatistics statistics = new FakeStatistics();
  private Machine machine = new Machine(300 * MIB, 100 * MIB, 1_024 * MIB, 0.46, 2);

  @Test
  void runsEachNightOverTheLastDay() {
    var workflow = NightlySummary.workflow(settings(), () -> machine);
    assertEquals(Optional.of("0 2 * * *"), workflow.cron());
    assertEquals(Optional.of(new Period(24)), workflow.inputExample());
  }

  @Test
  void sumsUpABusyDay() throws Exception {
    statistics.activity =
        new Activity(
            List.of(
                new WorkflowRuns("order", 1, 2, 130, 2, 3, 1, 1_200L, 8_000L, 95_000L),
                new WorkflowRuns("platform-health-check", 0, 0, 10, 0, 0, 0, 40L, 60L, 300L),
                new WorkflowRuns("nightly-summary", 0, 1, 0, 0, 0, 0, null, null, null)),
            17,
            List.of(new SlowStep("order", "charge", 136, 7_500, 94_000)),
            List.of(new FrequentError("order", "charge", "java.io.IOException", "a|b <c>", 12)),
            false,
            null);
    statistics.addHealthReport(NOW.minusSeconds(60), seen("up", 40));
    statistics.addHealthReport(NOW.minusSeconds(120), seen("slow", 1_400));
    statistics.addHealthReport(NOW.minusSeconds(180), seen("down", null));
    statistics.addHealthReport(NOW.minus(Duration.ofHours(25)), seen("down", null));

    var summary = run("{}");

    assertEquals(NOW.minus(Duration.ofHours(24)), summary.from());
    assertEquals(149, summary.runs());
    assertEquals(140, summary.completed());
    assertEquals(2, summary.failed());
    assertEquals(98.5, summary.successPercent());
    assertEquals(
        "149 runs, 98.5 % succeeded, 2 failed, 1 is blocked, 3 cancelled, 3 not finished,"
            + " 17 retries.",
        summary.headline());
    assertEquals(BUSY_DAY, summary.markdown());
  }

  private static final String BUSY_DAY =
      """
      **149 runs, 98.5 % succeeded, 2 failed, 1 is blocked, 3 cancelled, 3 not finished, 17 retries.**

      From 2026-03-01 02:00:00 UTC to 2026-03-02 02:00:00 UTC, without the run that wrote this.

      ## Workflows

      | Workflow | Runs | Completed | Failed | Other | Success | p50 | p95 | Longest |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
      | order | 139 | 130 | 2 | 7 | 98.4 % | 1.2 s | 8 s | 1 min 35 s |
      | platform-health-check | 10 | 10 | 0 | 0 | 100 % | 40 ms | 60 ms | 300 ms |
      | All | 149 | 140 | 2 | 7 | 98.5 % | about 1.1 s | about 7.9 s | 1 min 35 s |

      The percentiles of all together are estimates from those of each.

      ## Slowest steps

      | Workflow | Step | Times | p95 | Longest |
      | --- | --- | ---: | ---: | ---: |
      | order | charge | 136 | 7.5 s | 1 min 34 s |

      ## Most frequent errors

      | Times | Workflow | Step | Error |
      | ---: | --- | --- | --- |
      | 12 | order | charge | java.io.IOException: a\\|b &lt;c&gt; |

      ## Services

      From 3 health reports.

      | Service | Checks | Up | Worst latency |
      | --- | ---: | ---: | ---: |
      | shop | 3 | 66.6 % | 1.4 s |

      ## Platform

      - Database: 5 MiB, of which 1 MiB write-ahead log
      - Disk: 50 GiB of 100 GiB free (50 %)
      - Memory: 300 MiB of 1 GiB heap used
      - Load: 0.5 on 2 processors
      """;

  @Test
  void saysThatThereWasNoWork() throws Exception {
    statistics.activity =
        new Activity(
            List.of(new WorkflowRuns("nightly-summary", 0, 1, 0, 0, 0, 0, null, null, null)),
            0,
            List.of(),
            List.of(),
            false,
            null);
    machine = new Machine(300 * MIB, 100 * MIB, 1_024 * MIB, null, 1);
    var summary = run("{}");
    assertEquals("There were no runs.", summary.headline());
    assertEquals(0, summary.runs());
    assertNull(summary.successPercent());
    assertFalse(summary.markdown().contains("## Workflows"), summary::markdown);
    assertTrue(summary.markdown().contains("There were no health reports."), summary::markdown);
    assertTrue(summary.markdown().contains("- Load: unknown on 1 processor\n"), summary::markdown);
  }

  @Test
  void doesNotCallUnfinishedRunsASuccess() throws Exception {
    statistics.activity =
        new Activity(
            List.of(new WorkflowRuns("order", 3, 1, 0, 0, 0, 0, null, null, null)),
            0,
            List.of(),
            List.of(),
            true,
            NOW.minusSeconds(60).plusMillis(1));
    var summary = run("{\"hours\":1}");
    assertEquals("4 runs, 4 not finished.", summary.headline());
    assertNull(summary.successPercent());
    assertEquals(NOW.minusSeconds(3600), summary.from());
    assertTrue(
        summary
            .markdown()
            .contains(
                "There was more than could be counted: runs created before 2026-03-02 01:59:01 UTC"
                    + " are not all in these numbers.\n"),
        summary::markdown);
    assertTrue(summary.markdown().contains("| order | 4 | 0 | 0 | 4 | – | – | – | – |"));
  }

  @Test
  void countsEveryHealthReportOnceAcrossPages() {
    for (int i = 0; i < 3 * Uptimes.PAGE + 7; i++) {
      // Three of them always end in the same millisecond.
      statistics.addHealthReport(NOW.minusSeconds(600 - i / 3), seen("up", 5));
    }
    var uptimes = Uptimes.of(statistics, NOW.minusSeconds(3600), NOW);
    assertEquals(157, uptimes.reports());
    assertEquals(List.of(new ServiceUptime("shop", 157, 157, 100, 5L)), uptimes.services());
  }

  @Test
  void endsWhenAWholePageEndedInOneMillisecond() {
    for (int i = 0; i < Uptimes.PAGE + 1; i++) {
      statistics.addHealthReport(NOW.minusSeconds(60), seen("up", 5));
    }
    assertEquals(Uptimes.PAGE, Uptimes.of(statistics, NOW.minusSeconds(3600), NOW).reports());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 169})
  void refusesPeriodsOutsideOfAWeek(int hours) {
    var error = assertThrows(IllegalArgumentException.class, () -> new Period(hours));
    assertEquals("hours must be 1 to 168, not " + hours + ".", error.getMessage());
  }

  @Test
  void comesWithTheHealthCheck() {
    assertEquals(
        List.of("platform-health-check", "nightly-summary"),
        Builtin.workflows(settings()).stream().map(workflow -> workflow.name()).toList());
  }

  private Summary run(String input) throws Exception {
    return SequenceRunner.run(NightlySummary.workflow(settings(), () -> machine), input);
  }

  private BuiltinSettings settings() {
    return new BuiltinSettings(
        List.of(), statistics, InstantSource.fixed(NOW), () -> 0, Optional::empty);
  }

  private static String seen(String status, @Nullable Integer latencyMs) {
    return "{\"services\":[{\"name\":\"shop\",\"status\":\"%s\",\"latencyMs\":%s}]}"
        .formatted(status, latencyMs);
  }
}
