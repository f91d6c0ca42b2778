package dev.perdure.workflow;

/** The root of every error that Perdure itself throws. Unchecked; the subclass says what to do. */
public abstract class PerdureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  protected PerdureException(String message) {
    super(message);
  }

  protected PerdureException(String message, Throwable cause) {
    super(message, cause);
  }
}
