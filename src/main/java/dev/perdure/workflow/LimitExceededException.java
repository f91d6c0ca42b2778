package dev.perdure.workflow;

/** A run asked for more than a run may have. Nothing of what it asked for was done. */
public final class LimitExceededException extends PerdureException {

  private static final long serialVersionUID = 1L;

  public LimitExceededException(String message) {
    super(message);
  }
}
