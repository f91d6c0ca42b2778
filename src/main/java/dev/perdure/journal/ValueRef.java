package dev.perdure.journal;

/** Names one value of a run. */
public sealed interface ValueRef {

  /** The run's input. */
  record RunInput() implements ValueRef {}

  /** The run's output. */
  record RunOutput() implements ValueRef {}

  /** The input of the step with this ordinal. */
  record StepInput(int ordinal) implements ValueRef {}

  /** The output of the step with this ordinal. */
  record StepOutput(int ordinal) implements ValueRef {}
}
