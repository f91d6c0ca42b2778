package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestTest {

  private static final List<String> KNOWN = List.of("nightly-summary", "platform-health-check");

  @Test
  void aSlipOfThePenIsFound() {
    assertEquals(Optional.of("nightly-summary"), Nearest.to("nightly-sumary", KNOWN));
    assertEquals(Optional.of("platform-health-check"), Nearest.to("Platform-Healthcheck", KNOWN));
  }

  @Test
  void somethingElseIsNot() {
    assertEquals(Optional.empty(), Nearest.to("order", KNOWN));
    assertEquals(Optional.empty(), Nearest.to("", KNOWN));
  }
}
