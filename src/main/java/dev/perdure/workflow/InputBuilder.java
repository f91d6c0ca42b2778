package dev.perdure.workflow;

import com.google.gson.reflect.TypeToken;
import java.util.List;

/** A definition whose input is known: the place where sequences and code part. */
public final class InputBuilder<I> {

  final WorkflowBuilder head;
  final TypeToken<I> type;
  final I example;

  InputBuilder(WorkflowBuilder head, TypeToken<I> type, I example) {
    this.head = head;
    this.type = type;
    this.example = example;
  }

  /** The first step of a sequence, with {@link StepOptions#DEFAULT}. */
  public <O> SequenceBuilder<I, O> step(String name, Class<O> output, StepFunction<I, O> code) {
    return step(name, TypeToken.get(output), code, StepOptions.DEFAULT);
  }

  /** The first step of a sequence. */
  public <O> SequenceBuilder<I, O> step(
      String name, Class<O> output, StepFunction<I, O> code, StepOptions options) {
    return step(name, TypeToken.get(output), code, options);
  }

  /** The first step of a sequence. */
  public <O> SequenceBuilder<I, O> step(
      String name, TypeToken<O> output, StepFunction<I, O> code, StepOptions options) {
    return new SequenceBuilder<>(
        this, List.of(new SequenceStep.Plain<>(name, output, code, options)));
  }

  /** The first step of a sequence, as a transactional one. */
  public <O> SequenceBuilder<I, O> transaction(
      String name, Class<O> output, TransactionFunction<I, O> code) {
    return new SequenceBuilder<>(
        this,
        List.of(
            new SequenceStep.Transactional<>(
                name, TypeToken.get(output), code, StepOptions.DEFAULT)));
  }

  /** A workflow whose body is code. */
  public <O> Workflow<I, O> code(Class<O> output, WorkflowBody<I, O> code) {
    return code(TypeToken.get(output), code);
  }

  /** A workflow whose body is code. */
  public <O> Workflow<I, O> code(TypeToken<O> output, WorkflowBody<I, O> code) {
    return new Workflow<>(head, type, example, new Workflow.Body.Code<>(code, output));
  }
}
