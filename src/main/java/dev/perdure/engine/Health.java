package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

/**
 * Whether new work is taken.
 *
 * @param ready whether it is
 * @param code why not, for programs: {@code ok}, {@code starting}, {@code stopping}, {@code
 *     failed}, {@code disk-full}, {@code zombies}
 * @param message the same for people
 */
public record Health(boolean ready, String code, String message) {

  public Health {
    requireNonNull(code, "code");
    requireNonNull(message, "message");
  }
}
