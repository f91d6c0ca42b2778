package dev.perdure.workflow;

import org.jspecify.annotations.Nullable;

/** The code of one transactional step. Its effects are in the database or nowhere. */
@FunctionalInterface
public interface TransactionFunction<I, O extends @Nullable Object> {

  /**
   * Runs one attempt on a platform thread, with the journal's writer to itself. When what it did
   * finds no space on the disk, everything is rolled back, and the same attempt runs once more when
   * there is some.
   *
   * @return the step's output
   * @throws Exception any failure: everything is rolled back and the attempt has failed
   */
  O run(I input, Transaction transaction, Step step) throws Exception;
}
