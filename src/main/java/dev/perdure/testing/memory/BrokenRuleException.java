package dev.perdure.testing.memory;

/** A command broke one of the journal's own rules. Nothing of it is stored. */
final class BrokenRuleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BrokenRuleException(String message) {
    super(message);
  }

  /** Refuses what may not stand in a row. */
  static void require(boolean lawful, String rule) {
    if (!lawful) {
      throw new BrokenRuleException(rule);
    }
  }
}
