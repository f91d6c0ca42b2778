package dev.perdure.workflow;

import com.google.gson.reflect.TypeToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A sequence under construction: each step's input is the output of the one before, checked by the
 * compiler. Immutable; every method answers a longer copy.
 *
 * @param <I> the type of a run's input
 * @param <L> the type of the last step's output
 */
public final class SequenceBuilder<I, L> {

  private static final int STEPS_MAX = 1_000;

  private final InputBuilder<I> input;
  private final List<SequenceStep<?, ?>> steps;

  SequenceBuilder(InputBuilder<I> input, List<SequenceStep<?, ?>> steps) {
    this.input = input;
    this.steps = steps;
  }

  /** The next step, with {@link StepOptions#DEFAULT}. */
  public <O> SequenceBuilder<I, O> step(String name, Class<O> output, StepFunction<L, O> code) {
    return step(name, TypeToken.get(output), code, StepOptions.DEFAULT);
  }

  /** The next step. */
  public <O> SequenceBuilder<I, O> step(
      String name, Class<O> output, StepFunction<L, O> code, StepOptions options) {
    return step(name, TypeToken.get(output), code, options);
  }

  /** The next step. */
  public <O> SequenceBuilder<I, O> step(
      String name, TypeToken<O> output, StepFunction<L, O> code, StepOptions options) {
    return with(new SequenceStep.Plain<>(name, output, code, options));
  }

  /** The next step, as a transactional one; see {@link RunContext#transaction}. */
  public <O> SequenceBuilder<I, O> transaction(
      String name, Class<O> output, TransactionFunction<L, O> code) {
    return transaction(name, TypeToken.get(output), code, StepOptions.DEFAULT);
  }

  /** The next step, as a transactional one; see {@link RunContext#transaction}. */
  public <O> SequenceBuilder<I, O> transaction(
      String name, TypeToken<O> output, TransactionFunction<L, O> code, StepOptions options) {
    return with(new SequenceStep.Transactional<>(name, output, code, options));
  }

  /** Waits, as {@link RunContext#sleep} does; what the step before returned passes through. */
  public SequenceBuilder<I, L> sleep(String name, Duration duration) {
    return with(new SequenceStep.Sleep<>(name, lastOutput(), duration));
  }

  /** The builder let only a step that takes the type of the one before follow it. */
  @SuppressWarnings("unchecked")
  private TypeToken<L> lastOutput() {
    return (TypeToken<L>) steps.getLast().output();
  }

  private <O> SequenceBuilder<I, O> with(SequenceStep<L, O> step) {
    var longer = new ArrayList<SequenceStep<?, ?>>(steps);
    longer.add(step);
    return new SequenceBuilder<>(input, longer);
  }

  /**
   * The finished workflow; its output is that of the last step.
   *
   * @throws IllegalArgumentException when two steps have one name, or there are more than 1,000
   */
  public Workflow<I, L> build() {
    var names = new HashSet<String>();
    for (var step : steps) {
      if (!names.add(step.name())) {
        throw new IllegalArgumentException(
            "The workflow " + input.head.name + " has two steps named \"" + step.name() + "\".");
      }
    }
    if (steps.size() > STEPS_MAX) {
      throw new IllegalArgumentException(
          "The workflow " + input.head.name + " has more than 1,000 steps; write it as code.");
    }
    return new Workflow<>(
        input.head, input.type, input.example, new Workflow.Body.Sequence<>(steps));
  }
}
