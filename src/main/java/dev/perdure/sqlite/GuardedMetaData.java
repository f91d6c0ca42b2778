package dev.perdure.sqlite;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a connection, a result or a statement says about itself, as far as that is words. */
final class GuardedMetaData extends Guarded {

  private static final Set<String> SECRETS = Set.of("getURL", "getUserName", "unwrap");

  private final Object connection;

  GuardedMetaData(Guard guard, Object target, Object connection) {
    super(guard, target);
    this.connection = connection;
  }

  @Override
  @Nullable Object call(Object proxy, Method method, @Nullable Object[] args) throws SQLException {
    var type = method.getReturnType();
    if (method.getName().equals("getConnection")) {
      return connection;
    }
    boolean words = type.isPrimitive() || type == String.class || type == RowIdLifetime.class;
    if (!words || SECRETS.contains(method.getName())) {
      throw refused(
          method,
          type == ResultSet.class ? "Workflows know their tables by their migrations." : "");
    }
    return pass(method, args);
  }
}
