package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;

/** One step of a sequence: its input is the output of the step before, or the run's input. */
public record SequenceStep<I, O>(
    String name, TypeToken<O> output, StepFunction<I, O> code, StepOptions options) {

  public SequenceStep {
    Names.check("step name", name);
    requireNonNull(output, "output");
    requireNonNull(code, "code");
    requireNonNull(options, "options");
  }
}
