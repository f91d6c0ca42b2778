package dev.perdure.workflow;

import java.util.Collection;

/**
 * How a jar tells a server which workflows it brings: a class of the jar implements this and is
 * named in {@code META-INF/services/dev.perdure.workflow.WorkflowProvider}. The class is public and
 * has a public constructor without parameters.
 */
public interface WorkflowProvider {

  /** The workflows; called once, when the server starts. */
  Collection<Workflow<?, ?>> workflows();
}
