package dev.perdure.sqlite;

/** A command asked for something that can not be: a bug of the caller. Rolls the command back. */
final class BrokenCommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BrokenCommandException(String message) {
    super(message);
  }
}
