package dev.perdure.torture;

/** A way to torture Perdure. */
public interface Part {

  /** Its name, as in {@code make torture PART=kills}. */
  String name();

  /**
   * Does it for as long as the budget lasts.
   *
   * @param seed decides everything that is random; the same seed makes the same decisions
   */
  Figures run(Budget budget, long seed) throws Exception;
}
