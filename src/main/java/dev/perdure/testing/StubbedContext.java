package dev.perdure.testing;

import com.google.gson.reflect.TypeToken;
import dev.perdure.workflow.Branch;
import dev.perdure.workflow.Branches;
import dev.perdure.workflow.CompensationFunction;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.Outcome;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Signal;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.TransactionBody;
import dev.perdure.workflow.TransactionFunction;
import dev.perdure.workflow.WorkflowBody;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A context that puts {@link StubbedSteps} around the code of each step, and changes nothing else.
 */
final class StubbedContext implements RunContext {

  private final RunContext context;
  private final StubbedSteps steps;

  StubbedContext(RunContext context, StubbedSteps steps) {
    this.context = context;
    this.steps = steps;
  }

  private <I, O extends @Nullable Object> StepFunction<I, O> stubbed(StepFunction<I, O> code) {
    return (in, step) -> steps.run(in, step, () -> code.run(in, step));
  }

  private <I, O extends @Nullable Object> WorkflowBody<I, O> scoped(WorkflowBody<I, O> code) {
    return (in, inner) -> code.run(in, new StubbedContext(inner, steps));
  }

  private Branch<?>[] stubbed(Branch<?>[] branches) {
    return Arrays.stream(branches).map(this::stubbed).toArray(Branch<?>[]::new);
  }

  private <O> Branch<O> stubbed(Branch<O> branch) {
    return new Branch<>(
        branch.name(),
        branch.output(),
        inner -> branch.body().run(new StubbedContext(inner, steps)));
  }

  @Override
  public String runId() {
    return context.runId();
  }

  @Override
  public <I, O extends @Nullable Object> O step(
      String name, I input, TypeToken<O> output, StepFunction<I, O> code, StepOptions options) {
    return context.step(name, input, output, stubbed(code), options);
  }

  @Override
  public <I, O extends @Nullable Object> O transaction(
      String name,
      I input,
      TypeToken<O> output,
      TransactionFunction<I, O> code,
      StepOptions options) {
    return context.transaction(
        name,
        input,
        output,
        (in, transaction, step) -> steps.run(in, step, () -> code.run(in, transaction, step)),
        options);
  }

  @Override
  public <O> O transaction(String name, Class<O> output, TransactionBody<O> code) {
    return context.transaction(
        name,
        output,
        (transaction, step) -> steps.run(null, step, () -> code.run(transaction, step)));
  }

  @Override
  public <I, O> List<O> map(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options) {
    return context.map(name, items, output, stubbed(code), options);
  }

  @Override
  public <I, O> List<Outcome<O>> mapAll(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options) {
    return context.mapAll(name, items, output, stubbed(code), options);
  }

  @Override
  public <I, O> List<O> mapScoped(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options) {
    return context.mapScoped(name, items, output, scoped(code), options);
  }

  @Override
  public <I, O> List<Outcome<O>> mapScopedAll(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options) {
    return context.mapScopedAll(name, items, output, scoped(code), options);
  }

  @Override
  public Branches parallel(String name, FanOut options, Branch<?>... branches) {
    return context.parallel(name, options, stubbed(branches));
  }

  @Override
  public Branches parallelAll(String name, FanOut options, Branch<?>... branches) {
    return context.parallelAll(name, options, stubbed(branches));
  }

  @Override
  public void sleep(String name, Duration duration) {
    context.sleep(name, duration);
  }

  @Override
  public void sleepUntil(String name, Instant instant) {
    context.sleepUntil(name, instant);
  }

  @Override
  public <T> Optional<T> await(String signal, TypeToken<T> type, Duration timeout) {
    return context.await(signal, type, timeout);
  }

  @Override
  public <T> T await(String signal, Class<T> type) {
    return context.await(signal, type);
  }

  @Override
  public Optional<Signal> awaitAny(Duration timeout, String... signals) {
    return context.awaitAny(timeout, signals);
  }

  @Override
  public <I, O extends @Nullable Object> O child(
      String name, String workflow, I input, TypeToken<O> output) {
    return context.child(name, workflow, input, output);
  }

  @Override
  public <I> String startChild(String name, String workflow, I input) {
    return context.startChild(name, workflow, input);
  }

  @Override
  public <I> void onFailure(
      String name, I input, CompensationFunction<I> code, StepOptions options) {
    context.onFailure(
        name,
        input,
        (in, compensation) ->
            steps.<@Nullable Object>run(
                in,
                compensation,
                () -> {
                  code.run(in, compensation);
                  return null;
                }),
        options);
  }

  @Override
  public Instant now() {
    return context.now();
  }

  @Override
  public double random() {
    return context.random();
  }

  @Override
  public UUID uuid() {
    return context.uuid();
  }

  @Override
  public int version(String change, int current) {
    return context.version(change, current);
  }
}
