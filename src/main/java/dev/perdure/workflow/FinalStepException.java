package dev.perdure.workflow;

/** Thrown by the code of a step: trying again is of no use, the step has failed for good. */
public class FinalStepException extends PerdureException {

  private static final long serialVersionUID = 1L;

  public FinalStepException(String message) {
    super(message);
  }

  public FinalStepException(String message, Throwable cause) {
    super(message, cause);
  }
}
