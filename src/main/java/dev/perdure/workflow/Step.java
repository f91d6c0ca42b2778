package dev.perdure.workflow;

/** What the code of a step may ask about itself. Safe to use from any thread while it runs. */
public interface Step {

  /** The run this step belongs to. */
  String runId();

  /** The step's name, as given in the workflow. */
  String name();

  /** The number of this attempt, from 1. Attempts cut off by a crash are counted here too. */
  int attempt();

  /**
   * A key that is the same in every attempt and every retry of this step of this run, and differs
   * between any two steps and any two runs. At most 64 characters: letters, digits and hyphens.
   */
  String idempotencyKey();
}
