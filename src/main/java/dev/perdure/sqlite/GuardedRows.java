package dev.perdure.sqlite;

import java.lang.reflect.Method;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A result that workflows get to see. */
final class GuardedRows extends Guarded {

  private static final Set<String> MOVES =
      Set.of("next", "findColumn", "wasNull", "isBeforeFirst", "isAfterLast", "isFirst", "isLast");

  private final Object statement;
  private final Object connection;

  GuardedRows(Guard guard, Object target, Object statement, Object connection) {
    super(guard, target);
    this.statement = statement;
    this.connection = connection;
  }

  @Override
  @Nullable Object call(Object proxy, Method method, @Nullable Object[] args) throws SQLException {
    var name = method.getName();
    return switch (name) {
      case "getStatement" -> statement;
      case "getMetaData" ->
          as(
              ResultSetMetaData.class,
              new GuardedMetaData(guard, Objects.requireNonNull(pass(method, args)), connection));
      case "close" -> {
        if (!guard.isRevoked() && guard.failure() == null) {
          pass(method, args);
        }
        yield null;
      }
      case "isClosed" -> guard.isRevoked() || Boolean.TRUE.equals(pass(method, args));
      case "setFetchSize", "setFetchDirection", "getWarnings", "clearWarnings" -> null;
      default -> {
        if (name.startsWith("get") || MOVES.contains(name)) {
          yield pass(method, args);
        }
        throw refused(method, "Rows are read forward, and changed by SQL.");
      }
    };
  }
}
