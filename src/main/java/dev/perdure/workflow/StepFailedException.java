package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

/**
 * A step has failed for good. Thrown into the body of a workflow, the same when it happens and when
 * it is replayed from the journal: it carries what was recorded, never the original exception.
 */
public final class StepFailedException extends PerdureException {

  private static final long serialVersionUID = 1L;

  private final String step;
  private final String code;
  private final String type;

  /**
   * @param step the name of the step
   * @param code what kind of failure: {@code error}, {@code final}, {@code timeout}, {@code
   *     total-timeout}, {@code value}, {@code child-failed}, {@code child-cancelled}
   * @param type the name of the exception class that ended the last attempt
   * @param message its message, as recorded
   */
  public StepFailedException(String step, String code, String type, String message) {
    super(message);
    this.step = requireNonNull(step, "step");
    this.code = requireNonNull(code, "code");
    this.type = requireNonNull(type, "type");
  }

  public String step() {
    return step;
  }

  public String code() {
    return code;
  }

  public String type() {
    return type;
  }
}
