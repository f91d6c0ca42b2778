package dev.perdure.engine;

import dev.perdure.workflow.PerdureException;

/** A value can not be stored, or can not be read as the type it should have. */
final class ValueException extends PerdureException {

  private static final long serialVersionUID = 1L;
  private final String path;

  ValueException(String path, String message) {
    super(message);
    this.path = path;
  }

  ValueException(String path, String message, Throwable cause) {
    super(message, cause);
    this.path = path;
  }

  /** Where in the value, as a JSON path from {@code $}. */
  String path() {
    return path;
  }
}
