package dev.perdure.bench;

import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.util.Collection;
import java.util.List;

/** The workflows that are measured: three steps that do nothing, and others made of the like. */
public final class BenchWorkflows implements WorkflowProvider {

  static final String SEQUENCE = "bench-sequence";
  static final String CODE = "bench-code";

  /** Three steps, known beforehand. */
  static Workflow<Payload, Payload> sequence() {
    return Workflow.named(SEQUENCE)
        .input(Payload.class, Payload.EXAMPLE)
        .step("first", Payload.class, (value, _) -> value)
        .step("second", Payload.class, (value, _) -> value)
        .step("third", Payload.class, (value, _) -> value)
        .build();
  }

  /** The same three, asked for by code. */
  static Workflow<Payload, Payload> code() {
    return Workflow.named(CODE)
        .input(Payload.class, Payload.EXAMPLE)
        .code(Payload.class, BenchWorkflows::threeSteps);
  }

  private static Payload threeSteps(Payload input, RunContext context) {
    var first = context.step("first", input, Payload.class, (value, _) -> value);
    var second = context.step("second", first, Payload.class, (value, _) -> value);
    return context.step("third", second, Payload.class, (value, _) -> value);
  }

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(sequence(), code());
  }
}
