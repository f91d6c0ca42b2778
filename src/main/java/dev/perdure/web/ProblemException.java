package dev.perdure.web;

import dev.perdure.workflow.PerdureException;

/** Ends a request with a {@link Problem}. Caught at the edge, never logged. */
public sealed class ProblemException extends PerdureException permits Unavailable {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
