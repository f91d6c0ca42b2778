package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.RunId;
import dev.perdure.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunIdsTest {

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private final ManualTime time = new ManualTime(START);

  @Test
  void idsAreUuidsOfVersionSevenThatRise() {
    var ids = new RunIds(time, new Random(1), Optional.empty());
    RunId last = ids.next();
    assertEquals(7, last.value().version());
    assertEquals(2, last.value().variant());
    assertEquals(START.toEpochMilli(), last.value().getMostSignificantBits() >>> 16);
    for (int i = 0; i < 10_000; i++) {
      RunId next = ids.next();
      assertTrue(next.compareTo(last) > 0);
      assertTrue(next.toString().compareTo(last.toString()) > 0);
      assertEquals(next, RunId.parse(next.toString()).orElseThrow());
      last = next;
    }
  }

  @Test
  void idsRiseOverARestartWithTheClockSetBack() {
    var before = new RunIds(time, new Random(1), Optional.empty()).next();
    time.setClock(START.minus(Duration.ofDays(1)));
    var after = new RunIds(time, new Random(1), Optional.of(before)).next();
    assertTrue(after.compareTo(before) > 0);
  }

  @Test
  void onlyTheCanonicalTextIsAnId() {
    String text = new RunIds(time, new Random(1), Optional.empty()).next().toString();
    assertTrue(RunId.parse(text.toUpperCase(java.util.Locale.ROOT)).isEmpty());
    assertTrue(RunId.parse(text + " ").isEmpty());
    assertTrue(RunId.parse("1-1-1-1-1").isEmpty());
    assertTrue(RunId.parse("").isEmpty());
  }
}
