package dev.perdure.workflow;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** Reads from the tables of workflows, on a connection that can not write. */
@FunctionalInterface
public interface SqlQuery<T extends @Nullable Object> {

  /**
   * Reads. The connection is valid until this returns; it refuses to write, and Perdure's own
   * tables.
   */
  T run(Connection connection) throws Exception;

  /** {@link #run} with the connection of a handle. */
  default T runOn(SqlHandle handle) throws Exception {
    return run(handle.as(Connection.class));
  }
}
