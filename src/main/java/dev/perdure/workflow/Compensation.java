package dev.perdure.workflow;

/** What the code of a compensation may ask about itself. */
public interface Compensation extends Step {

  /** What is known of the call that is to be undone. */
  enum Undoes {
    /** It has completed. */
    COMPLETED,
    /** It began and did not complete: it failed, was cut off or cancelled, and may have acted. */
    UNKNOWN
  }

  Undoes undoes();
}
