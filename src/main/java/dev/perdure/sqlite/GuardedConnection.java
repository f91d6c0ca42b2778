package dev.perdure.sqlite;

import dev.perdure.sqlite.SqlCheck.Use;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The connection that workflows get to see. */
final class GuardedConnection extends Guarded {

  private static final String BY_ITSELF =
      "Perdure commits when the code returns, and rolls back when it throws.";

  private final Connection raw;
  private final SqlCheck check;
  private final Use use;

  private GuardedConnection(Guard guard, Connection raw, SqlCheck check, Use use) {
    super(guard, raw);
    this.raw = raw;
    this.check = check;
    this.use = use;
  }

  static Connection of(Guard guard, Connection raw, SqlCheck check, Use use) {
    return as(Connection.class, new GuardedConnection(guard, raw, check, use));
  }

  @Override
  @Nullable Object call(Object proxy, Method method, @Nullable Object[] args) throws SQLException {
    return switch (method.getName()) {
      case "createStatement" -> statement(proxy, Statement.class, pass(method, args));
      case "prepareStatement" -> {
        allow(String.valueOf(args[0]));
        yield statement(proxy, PreparedStatement.class, pass(method, args));
      }
      case "getMetaData" -> metaData(proxy);
      case "getAutoCommit" -> false;
      case "isClosed" -> guard.isRevoked();
      case "isValid" -> !guard.isRevoked();
      case "isReadOnly" -> use == Use.READ;
      case "getTransactionIsolation" -> Connection.TRANSACTION_SERIALIZABLE;
      case "nativeSQL" -> args[0];
      case "getWarnings", "clearWarnings", "getCatalog", "getSchema" -> null;
      case "setAutoCommit" -> {
        if (Boolean.TRUE.equals(args[0])) {
          throw refused(method, BY_ITSELF);
        }
        yield null;
      }
      case "commit", "rollback", "setSavepoint", "releaseSavepoint" ->
          throw refused(method, BY_ITSELF);
      case "close", "abort" -> throw refused(method, "Perdure closes it when the code has ended.");
      case "unwrap" -> throw refused(method, "Use java.sql.Connection as it is.");
      default -> throw refused(method, "Use statements and prepared statements.");
    };
  }

  /** Lets SQL through, or throws. */
  void allow(String sql) throws SQLException {
    guard.call(() -> {
      check.allow(sql, use);
      return null;
    });
  }

  private Object statement(Object proxy, Class<? extends Statement> type, @Nullable Object made) {
    var statement = (Statement) Objects.requireNonNull(made);
    guard.opened(statement);
    return as(type, new GuardedStatement(guard, statement, this, proxy));
  }

  private Object metaData(Object proxy) throws SQLException {
    var raws = guard.call(raw::getMetaData);
    return as(DatabaseMetaData.class, new GuardedMetaData(guard, raws, proxy));
  }
}
