package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** How an item or a branch did, for those who want to know all. */
public sealed interface Outcome<O extends @Nullable Object> {

  /** It has completed. */
  record Completed<O extends @Nullable Object>(O value) implements Outcome<O> {}

  /** It has failed for good. */
  record Failed<O extends @Nullable Object>(StepFailedException error) implements Outcome<O> {
    public Failed {
      requireNonNull(error, "error");
    }
  }

  /**
   * The value.
   *
   * @throws StepFailedException when it has failed
   */
  default O orThrow() {
    return switch (this) {
      case Completed<O>(var value) -> value;
      case Failed<O>(var error) -> throw error;
    };
  }
}
