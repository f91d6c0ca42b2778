package dev.perdure.testing.memory;

/** A command that belongs to a transaction was not stored, so nothing of the transaction is. */
final class NotStoredException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotStoredException(Object answer) {
    super("The transaction is rolled back, because a command of it was answered: " + answer);
  }
}
