package dev.perdure.journal;

/** Code that uses a connection of the journal. */
@FunctionalInterface
public interface SqlCode<T> {

  T run(SqlConnection connection) throws Exception;
}
