package dev.perdure.sqlite;

/**
 * The epoch in which this process owns the journal.
 *
 * @param epoch from 1; 0 as long as it has not been taken over
 */
record Ownership(long epoch) {

  static final Ownership NONE = new Ownership(0);

  boolean isTaken() {
    return epoch > 0;
  }
}
