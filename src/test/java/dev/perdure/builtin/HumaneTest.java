package dev.perdure.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumaneTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.0001S, < 1 ms",
    "PT0.034S, 34 ms",
    "PT0.999S, 999 ms",
    "PT1S, 1 s",
    "PT1.25S, 1.2 s",
    "PT59.999S, 59.9 s",
    "PT60S, 1 min",
    "PT3M20S, 3 min 20 s",
    "PT2H5M59S, 2 h 5 min",
    "PT24H, 1 d",
    "PT76H, 3 d 4 h"
  })
  void durations(Duration duration, String text) {
    assertEquals(text, Humane.duration(duration));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "5242880, 5 MiB",
    "1503238553, 1.3 GiB",
    "9223372036854775807, '8,191.9 PiB'"
  })
  void bytes(long bytes, String text) {
    assertEquals(text.replace("1023 B", "1,023 B"), Humane.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 7, 0 %",
    "7, 7, 100 %",
    "140, 142, 98.5 %",
    "99999, 100000, 99.9 %",
    "1, 100000, < 0.1 %",
    "1, 2, 50 %",
    "29, 100, 29 %"
  })
  void percentagesAreRoundedDownAndOnlyAllIsHundred(long part, long whole, String text) {
    assertEquals(text, Humane.percent(part, whole));
  }

  @Test
  void counts() {
    assertEquals("12,345", Humane.count(12_345));
    assertEquals("1 run", Humane.count(1, "run", "runs"));
    assertEquals("0 runs", Humane.count(0, "run", "runs"));
    assertEquals("2026-03-01 02:00:05 UTC", Humane.instant(Instant.parse("2026-03-01T02:00:05Z")));
  }
}
