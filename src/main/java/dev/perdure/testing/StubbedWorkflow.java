package dev.perdure.testing;

import dev.perdure.workflow.InputBuilder;
import dev.perdure.workflow.SequenceBuilder;
import dev.perdure.workflow.SequenceStep;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.TransactionFunction;
import dev.perdure.workflow.Workflow;
import java.util.List;

/** The same workflow, with the code of its steps behind {@link StubbedSteps}. */
final class StubbedWorkflow {

  private final StubbedSteps steps;

  StubbedWorkflow(StubbedSteps steps) {
    this.steps = steps;
  }

  <I, O> Workflow<I, ?> of(Workflow<I, O> workflow) {
    var input = input(workflow);
    return switch (workflow.body()) {
      case Workflow.Body.Code<I, O> code ->
          input.code(
              code.output(),
              (in, context) -> code.code().run(in, new StubbedContext(context, steps)));
      case Workflow.Body.Sequence<I, O> sequence -> sequence(input, sequence.steps());
    };
  }

  private static <I> InputBuilder<I> input(Workflow<I, ?> workflow) {
    var head =
        Workflow.named(workflow.name())
            .version(workflow.version())
            .describedAs(workflow.description());
    workflow.cron().ifPresent(head::schedule);
    workflow.timeout().ifPresent(head::timeout);
    workflow.tables().forEach(head::tables);
    return head.input(workflow.input(), workflow.inputExample().orElseThrow());
  }

  private <I> Workflow<I, ?> sequence(InputBuilder<I> input, List<SequenceStep<?, ?>> steps) {
    var builder = first(input, steps.getFirst());
    for (var step : steps.subList(1, steps.size())) {
      builder = next(builder, step);
    }
    return builder.build();
  }

  /** Each step takes what the one before returns: the workflow was built so. */
  @SuppressWarnings("unchecked")
  private <I> SequenceBuilder<I, Object> first(InputBuilder<I> input, SequenceStep<?, ?> step) {
    return switch (step) {
      case SequenceStep.Plain<?, ?> any -> {
        var s = (SequenceStep.Plain<I, Object>) any;
        yield input.step(s.name(), s.output(), stubbed(s.code()), s.options());
      }
      case SequenceStep.Transactional<?, ?> any -> {
        var s = (SequenceStep.Transactional<I, Object>) any;
        // As the first step it is of a plain class and has the default options.
        var type = s.output().getRawType();
        yield input.transaction(s.name(), type, stubbed(s.code()));
      }
      case SequenceStep.Sleep<?> s ->
          throw new IllegalArgumentException("A sequence can not begin with a sleep.");
    };
  }

  @SuppressWarnings("unchecked")
  private <I> SequenceBuilder<I, Object> next(
      SequenceBuilder<I, Object> builder, SequenceStep<?, ?> step) {
    return switch (step) {
      case SequenceStep.Plain<?, ?> any -> {
        var s = (SequenceStep.Plain<Object, Object>) any;
        yield builder.step(s.name(), s.output(), stubbed(s.code()), s.options());
      }
      case SequenceStep.Transactional<?, ?> any -> {
        var s = (SequenceStep.Transactional<Object, Object>) any;
        yield builder.transaction(s.name(), s.output(), stubbed(s.code()), s.options());
      }
      case SequenceStep.Sleep<?> s -> builder.sleep(s.name(), s.duration());
    };
  }

  private <I, O> StepFunction<I, O> stubbed(StepFunction<I, O> code) {
    return (in, step) -> steps.run(in, step, () -> code.run(in, step));
  }

  private <I, O> TransactionFunction<I, O> stubbed(TransactionFunction<I, O> code) {
    return (in, transaction, step) -> steps.run(in, step, () -> code.run(in, transaction, step));
  }

  /** Whether the workflow needs SQL, as far as can be seen beforehand. */
  static boolean needsSql(Workflow<?, ?> workflow) {
    return !workflow.tables().isEmpty()
        || (workflow.body() instanceof Workflow.Body.Sequence<?, ?> sequence
            && sequence.steps().stream().anyMatch(SequenceStep.Transactional.class::isInstance));
  }
}
