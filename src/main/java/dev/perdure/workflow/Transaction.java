package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;

/**
 * What the code of a transactional step is handed: the journal's own writer, inside a transaction
 * that commits together with the completion of the step. Valid until the code returns or its time
 * is up; after that every call throws. Belongs to the thread that runs the code.
 */
public abstract class Transaction {

  private final SqlHandle handle;

  protected Transaction(SqlHandle handle) {
    this.handle = requireNonNull(handle, "handle");
  }

  /**
   * The connection. Its autocommit is off; {@code commit}, {@code rollback}, {@code close}, PRAGMA,
   * ATTACH, transaction SQL, changes of the schema and Perdure's own tables are refused by a {@link
   * java.sql.SQLException}. After any error of SQL the transaction can only be rolled back, also
   * when the code has caught the error.
   */
  public final Connection connection() {
    return handle.as(Connection.class);
  }

  /**
   * Starts a run if, and only if, this transaction commits.
   *
   * @return the id that the run will have
   * @throws IllegalArgumentException when the workflow is not installed or the input is not of its
   *     type
   */
  public abstract String start(String workflow, Object input);

  /**
   * Sends a signal if, and only if, this transaction commits. One to a run that has ended or does
   * not exist rolls it back, and the attempt has failed.
   */
  public abstract void signal(String runId, String name, Object payload);
}
