package dev.perdure.sqlite;

/**
 * What a transactional step wanted to start or to signal could not be stored, and so nothing is.
 */
final class NotStoredException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NotStoredException(String message) {
    super(message);
  }
}
