package dev.perdure.bench;

import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** The workflows that are measured: three steps that do nothing, and others made of the like. */
public final class BenchWorkflows implements WorkflowProvider {

  static final String SEQUENCE = "bench-sequence";
  static final String CODE = "bench-code";
  static final String NEVER = "bench-never";

  /** How many steps of {@link #counted} have run in this process. */
  static final LongAdder COUNT = new LongAdder();

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

  /** Three steps, counted as they run. */
  static Workflow<Payload, Payload> counted() {
    return Workflow.named("bench-counted")
        .input(Payload.class, Payload.EXAMPLE)
        .step("first", Payload.class, (value, _) -> counted(value))
        .step("second", Payload.class, (value, _) -> counted(value))
        .step("third", Payload.class, (value, _) -> counted(value))
        .build();
  }

  private static Payload counted(Payload value) {
    COUNT.increment();
    return value;
  }

  /** A step that never ends. */
  static Workflow<Payload, Payload> never() {
    return Workflow.named(NEVER)
        .input(Payload.class, Payload.EXAMPLE)
        .step("for-ever", Payload.class, (value, _) -> never(value))
        .build();
  }

  private static Payload never(Payload value) throws InterruptedException {
    new CountDownLatch(1).await();
    return value;
  }

  /** Waits for a signal. */
  static Workflow<String, String> signal() {
    return Workflow.named("bench-signal")
        .input(String.class, "go")
        .code(String.class, (name, context) -> context.await(name, String.class));
  }

  /** Waits for a day to pass. */
  static Workflow<String, String> day() {
    return Workflow.named("bench-day")
        .input(String.class, "a day")
        .code(String.class, BenchWorkflows::sleep);
  }

  private static String sleep(String name, RunContext context) {
    context.sleep("nap", Duration.ofDays(1));
    return name;
  }

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(sequence(), code(), counted(), never(), signal(), day());
  }
}
