package dev.perdure.testing;

import dev.perdure.workflow.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Stands between the engine and the code of steps: counts, and puts stubs in. Thread-safe. */
final class StubbedSteps {

  private final StepStub.Quiescences quiescences;

  // Guarded by this.
  private final Map<String, StepStub> stubs = new HashMap<>();
  private final Map<String, Integer> timesByName = new HashMap<>();
  private final Map<String, Integer> timesByKey = new HashMap<>();

  StubbedSteps(StepStub.Quiescences quiescences) {
    this.quiescences = quiescences;
  }

  synchronized StepStub stub(String name) {
    return stubs.computeIfAbsent(name, _ -> new StepStub(quiescences));
  }

  /** How often the code of steps of this name has been carried out. */
  synchronized int times(String name) {
    return timesByName.getOrDefault(name, 0);
  }

  /** The same for one step, by its idempotency key. */
  synchronized int timesOfKey(String key) {
    return timesByKey.getOrDefault(key, 0);
  }

  /** Carries out a step. What a stub returns instead, null included, is its author's word. */
  @SuppressWarnings({"unchecked", "NullAway"})
  <O extends @Nullable Object> O run(@Nullable Object input, Step step, Callable<O> own)
      throws Exception {
    var behaviour = begin(step);
    return behaviour == null ? own.call() : (O) behaviour.run(input, step);
  }

  private synchronized StepStub.@Nullable Behaviour begin(Step step) {
    timesByName.merge(step.name(), 1, Integer::sum);
    int time = timesByKey.merge(step.idempotencyKey(), 1, Integer::sum) - 1;
    var stub = stubs.get(step.name());
    return stub == null ? null : stub.behaviour(time).orElse(null);
  }
}
