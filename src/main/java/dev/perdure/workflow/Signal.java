package dev.perdure.workflow;

/** A signal that a run has taken. */
public interface Signal {

  String name();

  /**
   * The payload.
   *
   * @throws StepFailedException with code {@code value} when it is not of the type
   */
  <T> T as(Class<T> type);
}
