package dev.perdure.torture;

/**
 * A promise that was not kept.
 *
 * @param invariant its number, as I1
 */
public record Violation(String invariant, String sentence) {

  @Override
  public String toString() {
    return invariant + ": " + sentence;
  }
}
