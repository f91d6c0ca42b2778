package dev.perdure.sqlite;

import java.lang.reflect.Method;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement, prepared or not, that workflows get to see. */
final class GuardedStatement extends Guarded {

  private final Statement raw;
  private final GuardedConnection connection;
  private final Object connectionProxy;

  GuardedStatement(
      Guard guard, Statement raw, GuardedConnection connection, Object connectionProxy) {
    super(guard, raw);
    this.raw = raw;
    this.connection = connection;
    this.connectionProxy = connectionProxy;
  }

  @Override
  @Nullable Object call(Object proxy, Method method, @Nullable Object[] args) throws SQLException {
    return switch (method.getName()) {
      case "getConnection" -> connectionProxy;
      case "close" -> {
        guard.close(raw);
        yield null;
      }
      case "isClosed" -> guard.isRevoked() || raw.isClosed();
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "addBatch" ->
          execute(proxy, method, args);
      case "executeBatch",
          "executeLargeBatch",
          "clearBatch",
          "clearParameters",
          "getResultSet",
          "getGeneratedKeys",
          "getUpdateCount",
          "getLargeUpdateCount",
          "getMoreResults",
          "getMaxRows",
          "setMaxRows",
          "getMetaData",
          "getParameterMetaData" ->
          wrapped(proxy, method, pass(method, args));
      case "getWarnings", "clearWarnings" -> null;
      // The driver's query timeout bounds waiting for locks only; the transaction has its own.
      case "setQueryTimeout", "setFetchSize", "setFetchDirection", "setPoolable", "cancel" -> null;
      case "getQueryTimeout", "getFetchSize" -> 0;
      default -> {
        if (isParameter(method)) {
          yield passInJava(method, args);
        }
        throw refused(method, "Use the plain calls of JDBC.");
      }
    };
  }

  private static boolean isParameter(Method method) {
    return method.getName().startsWith("set")
        && method.getParameterCount() >= 2
        && method.getParameterTypes()[0] == int.class;
  }

  /**
   * Without SQL it is a prepared statement, which has been allowed. With it, the driver's own
   * executeUpdate is avoided: it would run what stands behind the first statement, too.
   */
  private @Nullable Object execute(Object proxy, Method method, @Nullable Object[] args)
      throws SQLException {
    if (args.length == 0) {
      return wrapped(proxy, method, pass(method));
    }
    var sql = String.valueOf(args[0]);
    connection.allow(sql);
    return switch (method.getName()) {
      case "executeUpdate" -> Math.toIntExact(update(sql));
      case "executeLargeUpdate" -> update(sql);
      default -> wrapped(proxy, method, pass(method, args));
    };
  }

  private long update(String sql) throws SQLException {
    return guard.call(() -> {
      if (raw.execute(sql)) {
        throw new SQLException("It answers with rows; use executeQuery: " + sql);
      }
      return raw.getLargeUpdateCount();
    });
  }

  private @Nullable Object wrapped(Object proxy, Method method, @Nullable Object made) {
    if (made == null) {
      return null;
    }
    // The driver uses one class for several of these; what counts is what was asked for.
    var type = method.getReturnType();
    if (type == ResultSet.class) {
      return as(ResultSet.class, new GuardedRows(guard, made, proxy, connectionProxy));
    }
    if (type == ResultSetMetaData.class || type == ParameterMetaData.class) {
      return as(type, new GuardedMetaData(guard, made, connectionProxy));
    }
    return made;
  }
}
