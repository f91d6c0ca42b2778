package dev.perdure.builtin;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A service that platform-health-check pings, as the operator configured it.
 *
 * @param name letters, digits, '.', '_' and '-', at most 64 of them; unique among the services
 */
public record Service(String name, Target target) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public Service {
    requireNonNull(name, "name");
    requireNonNull(target, "target");
    if (!isLawfulName(name)) {
      throw new IllegalArgumentException("\"" + name + "\" is no lawful name of a service.");
    }
  }

  static boolean isLawfulName(String name) {
    return NAME.matcher(name).matches();
  }
}
