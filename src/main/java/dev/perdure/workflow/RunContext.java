package dev.perdure.workflow;

import com.google.gson.reflect.TypeToken;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a code workflow is given. Each call is recorded in the journal at its place;
 * after a restart the body runs again from the top, and calls that are in the journal answer from
 * there without running anything.
 *
 * <p>The body itself must therefore ask for the same steps in the same order each time: what it
 * decides on comes from its input and from step outputs, and effects belong into steps. A body that
 * asks for something else than the journal holds is blocked, with both sides in the message.
 *
 * <p>A context belongs to the one thread that runs the body; a call from another thread throws
 * {@link IllegalStateException}.
 */
public interface RunContext {

  /** The id of this run. */
  String runId();

  /**
   * Runs a step, or answers its recorded output. The input is recorded and shown; on replay it must
   * equal the recorded one.
   *
   * @throws StepFailedException when the step has failed for good
   */
  <I, O extends @Nullable Object> O step(
      String name, I input, TypeToken<O> output, StepFunction<I, O> code, StepOptions options);

  /** {@link #step(String, Object, TypeToken, StepFunction, StepOptions)} for a plain class. */
  default <I, O> O step(
      String name, I input, Class<O> output, StepFunction<I, O> code, StepOptions options) {
    return step(name, input, TypeToken.get(output), code, options);
  }

  /** The same with {@link StepOptions#DEFAULT}. */
  default <I, O> O step(String name, I input, Class<O> output, StepFunction<I, O> code) {
    return step(name, input, TypeToken.get(output), code, StepOptions.DEFAULT);
  }
}
