package dev.perdure.sqlite;

import java.sql.SQLException;

/**
 * Where tests reach in: to arm signals, to inject faults, and to make the crippled twins that every
 * durability test must catch. Does nothing otherwise; only tests extend it.
 */
class Seams {

  static final Seams NONE = new Seams();

  /** What the writer asks of {@code PRAGMA synchronous}. */
  String synchronous() {
    return "FULL";
  }

  /** Whether commands are acknowledged before their commit. */
  boolean acknowledgesEarly() {
    return false;
  }

  /** A connection for writing has been opened. */
  void opened(Session writer) throws SQLException {}

  /** The owner has changed, in a transaction that is not committed yet. */
  void takenOver(Session writer) throws SQLException {}

  /** A batch has been carried out and is about to be committed. */
  void committing(Session writer, int commands) throws SQLException {}

  /** A batch is durable and not acknowledged yet. */
  void committed(int commands) {}
}
