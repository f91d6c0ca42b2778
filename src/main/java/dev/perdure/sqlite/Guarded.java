package dev.perdure.sqlite;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * An object of JDBC behind a {@link Guard}. What is not known to be harmless is refused, also what
 * later versions of JDBC add.
 */
abstract class Guarded implements InvocationHandler {

  final Guard guard;
  private final Object target;

  Guarded(Guard guard, Object target) {
    this.guard = guard;
    this.target = target;
  }

  static <T> T as(Class<T> type, Guarded guarded) {
    return type.cast(
        Proxy.newProxyInstance(Guarded.class.getClassLoader(), new Class<?>[] {type}, guarded));
  }

  @Override
  public final @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] args) throws Throwable {
    var given = args == null ? new Object[0] : args;
    return switch (method.getName()) {
      case "equals" -> isSame(proxy, given[0]);
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "guarded " + method.getDeclaringClass().getSimpleName();
      case "isWrapperFor" -> false;
      default -> call(proxy, method, given);
    };
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Object proxy, @Nullable Object other) {
    return proxy == other;
  }

  /** Answers a call, passes it on, or refuses it. */
  abstract @Nullable Object call(Object proxy, Method method, @Nullable Object[] args)
      throws SQLException;

  /** Passes a call on to SQLite. */
  final @Nullable Object pass(Method method, @Nullable Object... args) throws SQLException {
    return guard.call(() -> reflect(method, args));
  }

  /** Passes a call on that does not reach SQLite. */
  final @Nullable Object passInJava(Method method, @Nullable Object... args) throws SQLException {
    return guard.callInJava(() -> reflect(method, args));
  }

  final SQLException refused(Method method, String instead) {
    var name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    return guard.failed(new SQLException(name + " is refused here. " + instead));
  }

  private @Nullable Object reflect(Method method, @Nullable Object[] args) throws SQLException {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case SQLException known -> throw known;
        case RuntimeException known -> throw known;
        case Error known -> throw known;
        case null, default -> throw new SQLException(e);
      }
    } catch (IllegalAccessException e) {
      throw new SQLException(e);
    }
  }
}
