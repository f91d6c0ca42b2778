package dev.perdure.workflow;

/** Gives out a connection to those who know its type, and spares everybody else that knowledge. */
public interface SqlHandle {

  /** The connection as this type. */
  <T> T as(Class<T> type);
}
