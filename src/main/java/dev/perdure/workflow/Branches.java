package dev.perdure.workflow;

/** How the branches of {@link RunContext#parallel} did. */
public interface Branches {

  /**
   * What the branch has returned.
   *
   * @throws StepFailedException when it has failed
   * @throws IllegalArgumentException when it is not one of these branches
   */
  <O> O get(Branch<O> branch);

  /** How the branch did. */
  <O> Outcome<O> outcome(Branch<O> branch);
}
