package dev.perdure.engine;

import dev.perdure.journal.SqlConnection;
import dev.perdure.journal.Transact;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;

/**
 * A step that a body asks for, at its place.
 *
 * @param input the recorded input as JSON
 */
record StepCall(Place place, String input, StepOptions options, Work work) {

  /** What an attempt does. */
  sealed interface Work {
    /** Code on a thread of its own. */
    record Plain(Attempt.Code code) implements Work {}

    /** Code inside the writer's transaction. */
    record InTransaction(TransactionCode code) implements Work {}
  }

  /** What an attempt does inside the writer's transaction. */
  @FunctionalInterface
  interface TransactionCode {
    Transact.Done run(SqlConnection connection, Step step) throws Exception;
  }

  String name() {
    return place.name();
  }

  int ordinal() {
    return place.ordinal();
  }

  int maxAttempts() {
    return options.retry().retries() + 1;
  }
}
