package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBuilder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BudgetsTest {

  private static final StepOptions HALF_MINUTE =
      StepOptions.DEFAULT.timeout(Duration.ofSeconds(30));

  private static Workflow<Integer, Integer> of(
      UnaryOperator<WorkflowBuilder> head, StepOptions... steps) {
    var first =
        head.apply(Workflow.named("report"))
            .input(Integer.class, 1)
            .step("s0", Integer.class, (n, _) -> n, steps[0]);
    for (int i = 1; i < steps.length; i++) {
      first = first.step("s" + i, Integer.class, (n, _) -> n, steps[i]);
    }
    return first.build();
  }

  private static UnaryOperator<WorkflowBuilder> within(long seconds) {
    return head -> head.timeout(Duration.ofSeconds(seconds));
  }

  private static void accepted(Workflow<?, ?> workflow) {
    assertDoesNotThrow(() -> Registration.check(workflow, ZoneOffset.UTC));
  }

  private static void refused(String sum, Workflow<?, ?> workflow) {
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> Registration.check(workflow, ZoneOffset.UTC));
    assertEquals("The times of workflow \"report\" can not fit: " + sum + ".", thrown.getMessage());
  }

  @Test
  void aRunMustHaveTimeForAllAttemptsAndTheWaitsBetween() {
    refused(
        "step \"s0\": 3 attempts x 30 s + 1 s + 2 s of backoff = 93 s; the workflow's timeout is 60"
            + " s",
        of(within(60), HALF_MINUTE));
    refused(
        "step \"s0\": 3 attempts x 30 s + 1 s + 2 s of backoff = 93 s; the workflow's timeout is 92"
            + " s",
        of(within(92), HALF_MINUTE));
    accepted(of(within(93), HALF_MINUTE));
  }

  @Test
  void theStepsOfARunAddUp() {
    refused(
        "step \"s0\": 3 attempts x 30 s + 1 s + 2 s of backoff = 93 s; step \"s2\": 1 attempt x 30"
            + " s; all together 123 s; the workflow's timeout is 120 s",
        of(within(120), HALF_MINUTE, StepOptions.DEFAULT, HALF_MINUTE.retries(0)));
  }

  @Test
  void aStepWithoutATimeoutCountsAsNothing() {
    accepted(of(within(1), StepOptions.DEFAULT));
  }

  @Test
  void aTotalTimeoutBoundsWhatAStepMayTake() {
    accepted(of(within(60), HALF_MINUTE.totalTimeout(Duration.ofSeconds(60))));
    refused(
        "step \"s0\": 61 s in total; the workflow's timeout is 60 s",
        of(within(60), HALF_MINUTE.totalTimeout(Duration.ofSeconds(61))));
    refused(
        "step \"s0\": 61 s in total; the workflow's timeout is 60 s",
        of(within(60), StepOptions.DEFAULT.totalTimeout(Duration.ofSeconds(61))));
  }

  @Test
  void aTotalTimeoutHoldsOneAttempt() {
    refused(
        "step \"s0\": one attempt may take 30 s; the step's total timeout is 29 s",
        of(head -> head, HALF_MINUTE.totalTimeout(Duration.ofSeconds(29))));
    accepted(of(head -> head, HALF_MINUTE.totalTimeout(Duration.ofSeconds(30))));
  }

  @Test
  void aTotalTimeoutHoldsTheWaitBeforeTheFirstRetry() {
    refused(
        "step \"s0\": its first retry comes after 1 s of backoff; the step's total timeout is 900"
            + " ms",
        of(head -> head, StepOptions.DEFAULT.totalTimeout(Duration.ofMillis(900))));
    accepted(of(head -> head, StepOptions.DEFAULT.jitter().totalTimeout(Duration.ofMillis(900))));
    accepted(of(head -> head, retries(0).totalTimeout(Duration.ofMillis(900))));
  }

  @Test
  void manyWaitsAreShownAsTheirSum() {
    refused(
        "step \"s0\": 6 attempts x 30 s + 31 s of backoff = 211 s; the workflow's timeout is 60 s",
        of(within(60), HALF_MINUTE.retries(5)));
  }

  @Test
  void aSleepCounts() {
    var workflow =
        Workflow.named("report")
            .timeout(Duration.ofDays(1))
            .input(Integer.class, 1)
            .step("first", Integer.class, (n, _) -> n)
            .sleep("cooling-off", Duration.ofDays(2))
            .build();
    refused("step \"cooling-off\": sleeps 2 d; the workflow's timeout is 1 d", workflow);
  }

  @Test
  void anEngineRefusesWhatCanNotFit() {
    var workflow = of(within(60), HALF_MINUTE);
    assertThrows(
        IllegalArgumentException.class, () -> new Definitions(List.of(workflow), new Values()));
  }
}
