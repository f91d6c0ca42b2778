package dev.perdure.workflow;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkflowTest {

  @Test
  void aSequenceKeepsItsStepsInOrderWithTheirOptions() {
    var workflow =
        Workflow.named("greet")
            .version(3)
            .describedAs("Says hello")
            .schedule("0 2 * * *")
            .input(String.class, "world")
            .step("length", Integer.class, (name, _) -> name.length())
            .step("half", Double.class, (length, _) -> length / 2.0, retries(5))
            .build();
    var steps = ((Workflow.Body.Sequence<?, ?>) workflow.body()).steps();
    assertEquals("length", steps.get(0).name());
    assertEquals(2, retriesOf(steps.get(0)));
    assertEquals("half", steps.get(1).name());
    assertEquals(5, retriesOf(steps.get(1)));
    assertEquals(3, workflow.version());
    assertEquals("0 2 * * *", workflow.cron().orElseThrow());
    assertEquals("greet v3", workflow.toString());
  }

  private static int retriesOf(SequenceStep<?, ?> step) {
    return ((SequenceStep.Plain<?, ?>) step).options().retry().retries();
  }

  @Test
  void twoStepsOfOneNameAreRefused() {
    var sequence =
        Workflow.named("twice")
            .input(String.class, "x")
            .step("same", String.class, (x, _) -> x)
            .step("same", String.class, (x, _) -> x);
    var error = assertThrows(IllegalArgumentException.class, sequence::build);
    assertTrue(error.getMessage().contains("two steps named \"same\""));
  }

  @Test
  void namesThatWouldBreakUrlsAndLogsAreRefused() {
    for (String name : new String[] {"", "a b", "a/b", "-x", "x".repeat(101), "a\nb", "ä"}) {
      assertThrows(IllegalArgumentException.class, () -> Workflow.named(name), name);
    }
  }

  @Test
  void theDefaultBackoffIsOneTwoFourSecondsUpToTheCap() {
    var policy = RetryPolicy.DEFAULT;
    assertEquals(Duration.ofSeconds(1), policy.delayBefore(1));
    assertEquals(Duration.ofSeconds(2), policy.delayBefore(2));
    assertEquals(Duration.ofSeconds(4), policy.delayBefore(3));
    assertEquals(Duration.ofSeconds(60), policy.delayBefore(7));
    assertEquals(Duration.ofSeconds(60), policy.delayBefore(1_000));
  }

  @Test
  void retryPoliciesOutsideTheirBoundsAreRefused() {
    var second = Duration.ofSeconds(1);
    assertThrows(IllegalArgumentException.class, () -> retries(-1));
    assertThrows(IllegalArgumentException.class, () -> retries(1_001));
    assertThrows(IllegalArgumentException.class, () -> retries(1).backoff(second, 0.5, second));
    assertThrows(
        IllegalArgumentException.class, () -> retries(1).backoff(second, Double.NaN, second));
    assertThrows(
        IllegalArgumentException.class, () -> retries(1).backoff(second, 2, Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class, () -> retries(1).backoff(second.negated(), 2, second));
    assertThrows(IllegalArgumentException.class, () -> Steps.timeout(Duration.ZERO));
  }

  @Test
  void theZombieGraceIsTheTimeoutUpToAMinute() {
    assertEquals(Duration.ofSeconds(5), Steps.timeout(Duration.ofSeconds(5)).zombieGrace());
    assertEquals(Duration.ofSeconds(60), Steps.timeout(Duration.ofHours(1)).zombieGrace());
    assertEquals(
        Duration.ofMillis(1),
        Steps.timeout(Duration.ofHours(1)).zombieGrace(Duration.ofMillis(1)).zombieGrace());
  }

  @Test
  void finalErrorsAreATypeOrATypeThatTheOptionsName() {
    var options = StepOptions.DEFAULT.finalOn(IllegalArgumentException.class);
    assertTrue(options.isFinal(new FinalStepException("no")));
    assertTrue(options.isFinal(new NumberFormatException()));
    assertTrue(!options.isFinal(new IllegalStateException()));
  }
}
