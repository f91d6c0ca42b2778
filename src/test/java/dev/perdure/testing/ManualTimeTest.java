package dev.perdure.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private final ManualTime time = new ManualTime(START);
  private final List<String> log = new ArrayList<>();

  @Test
  void actionsRunInTheOrderInWhichTheyAreDueAtTheirTime() {
    time.after(Duration.ofDays(30), () -> log.add("late " + time.instant()));
    time.after(Duration.ofSeconds(1), () -> log.add("early " + time.instant()));
    time.after(Duration.ofSeconds(2), () -> log.add("never")).cancel();
    time.advance(Duration.ofDays(31));
    assertEquals(
        List.of("early " + START.plusSeconds(1), "late " + START.plus(Duration.ofDays(30))), log);
    assertEquals(START.plus(Duration.ofDays(31)), time.instant());
  }

  @Test
  void anActionThatAsksForAnotherWaitGetsItWithinTheSameAdvance() {
    time.after(
        Duration.ofSeconds(1), () -> time.after(Duration.ofSeconds(1), () -> log.add("second")));
    time.advance(Duration.ofSeconds(2));
    assertEquals(List.of("second"), log);
  }

  @Test
  void settingTheClockMovesNoWait() {
    time.after(Duration.ofSeconds(1), () -> log.add("due"));
    time.setClock(START.plus(Duration.ofDays(1)));
    time.advance(Duration.ofMillis(999));
    assertEquals(List.of(), log);
    time.advance(Duration.ofMillis(1));
    assertEquals(List.of("due"), log);
  }
}
