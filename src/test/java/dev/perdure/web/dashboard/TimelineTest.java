package dev.perdure.web.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.StepRecord;
import dev.perdure.web.dashboard.TimelineView.Bar;
import dev.perdure.web.dashboard.TimelineView.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {

  private static final Instant NOW = Instant.parse("2026-07-12T14:03:12Z");
  private static final double ONE_PERCENT = 1;

  private final Seed seed = new Seed(NOW);

  @Test
  void everyBarStartsAndEndsWhereItsAttemptDid() {
    for (var detail : List.of(seed.ok(60), seed.failed(), seed.resumed(), seed.cancelled())) {
      var run = detail.run();
      double whole = Duration.between(run.startedAt(), run.finishedAt()).toMillis();
      for (var step : detail.steps()) {
        var attempts = Attempts.of(step);
        var bars = bars(detail, step).stream().filter(bar -> !bar.isGap()).toList();
        assertEquals(attempts.size(), bars.size());
        for (int i = 0; i < bars.size(); i++) {
          var attempt = attempts.get(i);
          double from = Duration.between(run.startedAt(), attempt.startedAt()).toMillis() / whole;
          double to = Duration.between(run.startedAt(), attempt.finishedAt()).toMillis() / whole;
          assertEquals(from * 100, percent(bars.get(i).x()), ONE_PERCENT);
          assertEquals((to - from) * 100, percent(bars.get(i).width()), ONE_PERCENT);
        }
      }
    }
  }

  @Test
  void gapBetweenTwoAttemptsIsBackoffAfterAFailureAndAWaitAfterACrash() {
    var failed = seed.failed();
    var retried = bars(failed, failed.steps().getLast());
    assertEquals(
        List.of(Kind.FAILED, Kind.BACKOFF, Kind.FAILED, Kind.BACKOFF, Kind.FAILED), kinds(retried));
    var resumed = seed.resumed();
    assertEquals(
        List.of(Kind.INTERRUPTED, Kind.WAIT, Kind.COMPLETED),
        kinds(bars(resumed, resumed.steps().get(1))));
  }

  @Test
  void gapEndsWhereTheNextAttemptBegins() {
    var failed = seed.failed();
    var bars = bars(failed, failed.steps().getLast());
    for (int i = 1; i < bars.size(); i++) {
      var before = bars.get(i - 1);
      assertEquals(before.start() + before.length(), bars.get(i).start(), 0.001);
    }
  }

  @Test
  void whatIsOpenReachesTheRightEdge() {
    var running = seed.running();
    var bar = bars(running, running.steps().getLast()).getLast();
    assertEquals(Kind.RUNNING, bar.kind());
    assertEquals(100, bar.start() + bar.length(), 0.001);

    var retrying = seed.retrying();
    var wait = bars(retrying, retrying.steps().getLast()).getLast();
    assertEquals(Kind.BACKOFF, wait.kind());
    assertEquals(100, wait.start() + wait.length(), 0.001);
    assertTrue(wait.length() >= 20, "an open wait has room");
  }

  @Test
  void axisOfAnEndedRunIsItsLengthAndAnOpenOneHasNone() {
    assertEquals("4.31 s", axis(seed.failed()).length().orElseThrow());
    assertTrue(axis(seed.retrying()).length().isEmpty());
  }

  @Test
  void noBarLeavesTheAxisWhenTheClockWasSetBack() {
    var detail =
        new RunBuilder(RunBuilder.idAt(NOW, 1), "w", NOW)
            .completed("early", -5_000, -4_000, "{}")
            .completed("late", 10, 20, "{}")
            .completed(15);
    for (var step : detail.steps()) {
      for (var bar : bars(detail, step)) {
        assertTrue(bar.start() >= 0 && bar.start() + bar.length() <= 100.001, bar.toString());
      }
    }
  }

  private static Axis axis(RunDetail detail) {
    return Axis.of(detail.run(), detail.steps());
  }

  private static List<Bar> bars(RunDetail detail, StepRecord step) {
    return Attempts.timeline(step, Attempts.of(step), axis(detail)).bars();
  }

  private static List<Kind> kinds(List<Bar> bars) {
    return bars.stream().map(Bar::kind).toList();
  }

  private static double percent(String text) {
    return Double.parseDouble(text.replace("%", ""));
  }
}
