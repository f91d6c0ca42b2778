package dev.perdure.workflow;

import org.jspecify.annotations.Nullable;

/** The body of a code workflow: plain blocking Java that does its work in steps. */
@FunctionalInterface
public interface WorkflowBody<I, O extends @Nullable Object> {

  /**
   * Runs the workflow from the top; see {@link RunContext} for what that means after a restart.
   *
   * @return the output of the run
   * @throws Exception the run has failed, with this error
   */
  O run(I input, RunContext context) throws Exception;
}
