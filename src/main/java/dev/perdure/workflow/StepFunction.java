package dev.perdure.workflow;

import org.jspecify.annotations.Nullable;

/**
 * The code of one step. It may block, call other systems and throw; what it throws decides whether
 * the step is tried again (see {@link StepOptions}).
 *
 * <p>A step runs at least once: after a crash the attempt that was cut off starts again. Code with
 * effects outside Perdure hands {@link Step#idempotencyKey()} to the system it calls.
 */
@FunctionalInterface
public interface StepFunction<I, O extends @Nullable Object> {

  /**
   * Runs one attempt of the step on a thread of its own, which is interrupted when the attempt's
   * time is up or the server shuts down.
   *
   * @return the step's output; it is stored as JSON and read back before anybody sees it
   * @throws Exception any failure; {@link FinalStepException} ends the step at once, {@link
   *     RetryAfterException} sets the delay to the next attempt
   */
  O run(I input, Step step) throws Exception;
}
