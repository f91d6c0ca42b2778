package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;

import dev.perdure.journal.Command;
import dev.perdure.journal.Journal;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulesTest {

  private static final Instant EVENING = Instant.parse("2026-11-22T22:00:00Z");
  private static final Instant TWO = Instant.parse("2026-11-23T02:00:00Z");

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(EVENING);
  private final Semaphore ran = new Semaphore(0);

  private Workflow<String, String> nightly() {
    return Workflow.named("nightly")
        .schedule("0 2 * * *")
        .input(String.class, "example")
        .step(
            "work",
            String.class,
            (in, _) -> {
              ran.release();
              return in;
            })
        .build();
  }

  private TestEngine start() {
    return TestEngine.Setup.in(directory, time).start(nightly());
  }

  private static List<RunRecord> runs(TestEngine engine) {
    return engine.journal.reader().runs(RunFilter.ALL, 200, null).runs();
  }

  @Test
  void aRunStartsAtEachSlotAndNotBefore() {
    try (var engine = start()) {
      assertEquals(TWO, engine.engine.workflows().getFirst().nextAt());
      time.advance(Duration.between(EVENING, TWO).minusSeconds(1));
      assertEquals(List.of(), runs(engine));
      time.advance(Duration.ofSeconds(1));
      ran.acquireUninterruptibly();
      assertEquals(1, runs(engine).size());
      time.advance(Duration.ofDays(1));
      ran.acquireUninterruptibly();
      assertEquals(2, runs(engine).size());
      assertEquals(TWO.plus(Duration.ofDays(2)), engine.engine.workflows().getFirst().nextAt());
    }
  }

  @Test
  void aSlotMissedWhileTheServerWasDownIsMadeUpForOnce() {
    start().crash();
    time.advance(Duration.ofHours(20));
    var second = start();
    ran.acquireUninterruptibly();
    assertEquals(1, runs(second).size());
    second.crash();
    try (var third = start()) {
      time.advance(Duration.ofMinutes(1));
      assertEquals(1, runs(third).size(), "the slot has had its run");
    }
  }

  @Test
  void ofManyMissedSlotsOnlyTheLatestIsMadeUpFor() {
    start().crash();
    time.advance(Duration.ofDays(10));
    try (var second = start()) {
      ran.acquireUninterruptibly();
      time.advance(Duration.ofMinutes(1));
      assertEquals(1, runs(second).size());
    }
  }

  @Test
  void aNewInstallationMakesUpForNothing() {
    time.setClock(TWO.plusSeconds(60));
    try (var engine = start()) {
      time.advance(Duration.ofMinutes(5));
      assertEquals(List.of(), runs(engine));
    }
  }

  @Test
  void aClockSetBackStartsNoSlotTwice() {
    try (var engine = start()) {
      time.setClock(TWO);
      time.advance(Duration.ofSeconds(1));
      ran.acquireUninterruptibly();
      time.setClock(TWO.minus(Duration.ofHours(1)));
      time.advance(Duration.ofHours(2));
      assertEquals(1, runs(engine).size());
    }
  }

  @Test
  void aClockThatWasYearsAheadStopsNoSchedule() {
    try (var engine = start()) {
      time.setClock(TWO.plus(Duration.ofDays(3_652)));
      time.advance(Duration.ofSeconds(1));
      ran.acquireUninterruptibly();
      time.setClock(EVENING);
      time.advance(Duration.between(EVENING, TWO).plusSeconds(1));
      ran.acquireUninterruptibly();
      assertEquals(2, runs(engine).size());
      // What has not ended when the engine dies is carried out again by the next.
      runs(engine).forEach(run -> engine.await(run.id(), Status.COMPLETED));
    }
    time.setClock(TWO.minusSeconds(1));
    try (var engine = start()) {
      time.advance(Duration.ofSeconds(5));
      assertEquals(2, runs(engine).size(), "that slot has had its run");
      time.advance(Duration.ofDays(1));
      ran.acquireUninterruptibly();
      assertEquals(3, runs(engine).size());
    }
  }

  /** An hour that the clocks of the zone leave out, and one that they show twice. */
  @ParameterizedTest
  @CsvSource({
    "30 2 * * *, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-30T00:30:00Z",
    "30 2 * * *, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
    "30 * * * *, 2026-03-29T00:00:00Z, 2026-03-29T00:30:00Z, 2026-03-29T01:30:00Z",
    "30 * * * *, 2026-10-25T00:00:00Z, 2026-10-25T00:30:00Z, 2026-10-25T01:30:00Z"
  })
  void daylightSavingStartsEachSlotOnce(String cron, Instant from, Instant first, Instant second) {
    var rule = CronRule.parse("local", cron, ZoneId.of("Europe/Berlin"));
    assertEquals(Optional.of(first), rule.after(from));
    assertEquals(Optional.of(second), rule.after(first));
    assertEquals(Optional.of(second), rule.latestBetween(from, second));
    assertEquals(Optional.of(first), rule.latestBetween(from, second.minusSeconds(1)));
  }

  @Test
  void aClockThatJumpsForwardIsFollowedWithinASecond() {
    try (var engine = start()) {
      time.setClock(TWO.plusSeconds(5));
      time.advance(Duration.ofSeconds(1));
      ran.acquireUninterruptibly();
      assertEquals(1, runs(engine).size());
    }
  }

  @Test
  void aRuleThatIsNoneIsRefusedAtRegistration() {
    var workflow =
        Workflow.named("bad")
            .schedule("at noon")
            .input(String.class, "")
            .step("work", String.class, (in, _) -> in)
            .build();
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Engine(mock(Journal.class), List.of(workflow), EngineOptions.DEFAULT));
    assertTrue(error.getMessage().contains("\"at noon\" of workflow bad"));
  }

  @Test
  void aStartThatThrowsIsTriedAgainAtTheNextTick() {
    var tries = new AtomicInteger();
    var schedules =
        new Schedules(
            time,
            (_, _) -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("planted");
              }
              return new CompletableFuture<>();
            });
    var nightly = Definition.of(nightly(), new Values());
    var rule = CronRule.parse("nightly", "0 2 * * *", ZoneOffset.UTC);
    schedules.add(nightly, rule, new Command.Schedule("nightly", rule.text(), EVENING, null));
    schedules.start();
    time.advance(Duration.between(EVENING, TWO));
    assertEquals(1, tries.get());
    time.advance(Duration.ofSeconds(1));
    assertEquals(2, tries.get());
  }
}
