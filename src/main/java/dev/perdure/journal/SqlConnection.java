package dev.perdure.journal;

/** A connection of the journal, for those who know its type. */
public interface SqlConnection {

  /** The connection as this type. */
  <T> T as(Class<T> type);
}
