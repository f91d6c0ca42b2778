package dev.perdure.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The parts that need no server: sessions, attempts, log text, settings. */
class PartsTest {

  private final HandClock clock = new HandClock();
  private final Sessions sessions = new Sessions(clock, new Random(1));
  private final Attempts attempts = new Attempts(clock);

  @Test
  void sessionEndsAfterHalfAnHourWithoutRequest() {
    var id = sessions.begin();
    clock.advance(Duration.ofMinutes(29));
    assertTrue(sessions.touch(id));
    clock.advance(Duration.ofMinutes(29));
    assertTrue(sessions.touch(id));
    clock.advance(Duration.ofMinutes(30));
    assertFalse(sessions.touch(id));
  }

  @Test
  void sessionEndsAfterTwelveHoursWhateverHappens() {
    var id = sessions.begin();
    for (int i = 0; i < 35; i++) {
      clock.advance(Duration.ofMinutes(20));
      assertTrue(sessions.touch(id), "after " + (i + 1) * 20 + " minutes");
    }
    clock.advance(Duration.ofMinutes(20));
    assertFalse(sessions.touch(id));
  }

  @Test
  void thousandAndFirstSessionTakesThePlaceOfTheOneSeenLongestAgo() {
    var first = sessions.begin();
    var second = sessions.begin();
    for (int i = 0; i < 998; i++) {
      sessions.begin();
    }
    assertTrue(sessions.touch(first));
    sessions.begin();
    assertTrue(sessions.touch(first));
    assertFalse(sessions.touch(second));
  }

  @Test
  void attemptsCountPerAddress() {
    for (int i = 0; i < 10; i++) {
      assertTrue(attempts.record("10.0.0.1", false).isEmpty());
    }
    assertEquals(Duration.ofMinutes(1), attempts.record("10.0.0.1", true).orElseThrow());
    assertTrue(attempts.record("10.0.0.2", true).isEmpty());
    clock.advance(Duration.ofSeconds(59));
    assertEquals(Duration.ofSeconds(1), attempts.record("10.0.0.1", true).orElseThrow());
    clock.advance(Duration.ofSeconds(1));
    assertTrue(attempts.record("10.0.0.1", true).isEmpty());
  }

  @Test
  void addressesOfOneNetworkOfIpv6CountAsOne() {
    for (int i = 0; i < 10; i++) {
      attempts.record("2001:db8::" + i, false);
    }
    assertTrue(attempts.record("2001:db8:0:0:1:2:3:4", true).isPresent());
    assertTrue(attempts.record("2001:db8:0:1::1", true).isEmpty());
  }

  @Test
  void clockThatIsSetBackShutsNobodyOutForLong() {
    for (int i = 0; i < 10; i++) {
      attempts.record("10.0.0.1", false);
    }
    clock.advance(Duration.ofHours(-5));
    assertTrue(attempts.record("10.0.0.1", true).isEmpty());
  }

  @Test
  void logLinesCanNotBeFaked() {
    assertEquals(
        "a\\u000d\\u000ab\\u001b[31m\\u202e${jndi:x}",
        LogText.line("a\r\nb\u001b[31m\u202e${jndi:x}"));
    assertTrue(LogText.line("x".repeat(1_000_000)).length() <= 4_200);
    var trace = LogText.trace(new IllegalStateException("a\n\tat faked", new Error("cause")));
    assertTrue(trace.startsWith("java.lang.IllegalStateException: a\\u000a\\u0009at faked\n\tat "));
    assertTrue(trace.contains("\nCaused by: java.lang.Error: cause\n"));
  }

  @Test
  void settingsKeepTheTokenToThemselves() {
    var settings = new WebSettings("0123456789abcdef", null, "1.0", clock);
    assertFalse(settings.toString().contains("0123456789abcdef"));
    assertFalse(settings.isLoopbackOnly());
    assertTrue(new WebSettings(null, null, "1.0", clock).isLoopbackOnly());
  }

  @Test
  void settingsRefuseWhatCanNotWork() {
    for (var url : new String[] {"ftp://a", "https:///x", "runs.example"}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new WebSettings(null, URI.create(url), "1.0", clock));
    }
    assertThrows(
        IllegalArgumentException.class, () -> new WebSettings("short", null, "1.0", clock));
    assertThrows(IllegalArgumentException.class, () -> new WebSettings(null, null, "a\"b", clock));
  }
}
