package dev.perdure.testing.memory;

/** A row of a table. Changed only as a copy that has not been stored yet. */
abstract class MemoryRow<R> implements Cloneable {

  /** A row to be changed and then stored in place of this one. */
  @SuppressWarnings("unchecked")
  final R copy() {
    try {
      return (R) clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Refuses what may not stand together: the named constraints of the real journal.
   *
   * @throws BrokenRuleException when it does
   */
  abstract void check();
}
