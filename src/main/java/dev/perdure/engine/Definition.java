package dev.perdure.engine;

import dev.perdure.journal.EntryKind;
import dev.perdure.journal.StepPlan;
import dev.perdure.workflow.SequenceStep;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An installed workflow with what is worked out from it once.
 *
 * @param plan the steps of a sequence; empty for code
 * @param example the example input as JSON
 */
record Definition(Workflow<?, ?> workflow, List<StepPlan> plan, String example) {

  /**
   * Works it out.
   *
   * @throws IllegalArgumentException when its times can not fit, or its example not its type
   */
  static Definition of(Workflow<?, ?> workflow, Values values) {
    Budgets.check(workflow);
    return new Definition(workflow, plan(workflow), example(workflow, values));
  }

  /** When the time of a run is up that is accepted now; null when it is not limited. */
  @Nullable Instant deadline(Instant now) {
    return workflow.timeout().map(now::plus).orElse(null);
  }

  private static List<StepPlan> plan(Workflow<?, ?> workflow) {
    return switch (workflow.body()) {
      case Workflow.Body.Sequence<?, ?> sequence ->
          sequence.steps().stream().map(Definition::plan).toList();
      case Workflow.Body.Code<?, ?> _ -> List.of();
    };
  }

  private static StepPlan plan(SequenceStep<?, ?> step) {
    return switch (step) {
      case SequenceStep.Plain<?, ?> plain -> plan(EntryKind.STEP, plain.name(), plain.options());
      case SequenceStep.Transactional<?, ?> transactional ->
          plan(EntryKind.TRANSACTION, transactional.name(), transactional.options());
      case SequenceStep.Sleep<?> sleep -> new StepPlan(EntryKind.TIMER, sleep.name(), 0, null);
    };
  }

  private static StepPlan plan(String kind, String name, StepOptions options) {
    return new StepPlan(
        kind,
        name,
        options.retry().retries(),
        options.timeout().map(Duration::toMillis).orElse(null));
  }

  private static String example(Workflow<?, ?> workflow, Values values) {
    try {
      return values.encode(workflow.inputExample().orElse(null), workflow.input()).text();
    } catch (ValueException e) {
      throw new IllegalArgumentException(
          "The example input of the workflow " + workflow.name() + " is unfit: " + e.getMessage(),
          e);
    }
  }
}
