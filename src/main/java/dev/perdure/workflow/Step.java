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

  /**
   * Says how far the step is. Only the latest is kept; it is stored soon, and lost with a crash
   * before that.
   *
   * @param fraction from 0 to 1; what lies outside is moved to the nearest of them
   * @param text at most 200 characters are kept
   */
  void progress(double fraction, String text);

  /**
   * Keeps a line for people to read. Stored soon, and lost with a crash before that. A step keeps
   * its first 1,000 lines, the last of which says so, and 2,000 characters of each.
   */
  void log(String line);
}
