package dev.perdure.workflow;

import org.jspecify.annotations.Nullable;

/** {@link TransactionFunction} for a step without an input of its own. */
@FunctionalInterface
public interface TransactionBody<O extends @Nullable Object> {

  /** See {@link TransactionFunction#run}. */
  O run(Transaction transaction, Step step) throws Exception;
}
