package dev.perdure.workflow;

/** Undoes what a step has done. Runs at least once, like any step. */
@FunctionalInterface
public interface CompensationFunction<I> {

  /**
   * Runs one attempt.
   *
   * @throws Exception any failure; it is retried like that of any step
   */
  void run(I input, Compensation compensation) throws Exception;
}
