package dev.perdure.workflow;

import java.util.regex.Pattern;

/**
 * The rule that names of workflows, steps and signals follow, so that they are safe in URLs and
 * logs.
 */
public final class Names {

  private static final Pattern LAWFUL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private Names() {}

  /**
   * The name itself.
   *
   * @param what it is the name of, for the error
   * @throws IllegalArgumentException when it breaks the rule
   */
  public static String check(String what, String name) {
    if (!LAWFUL.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " \""
              + name
              + "\" must start with a letter or digit and hold only letters, digits, '.', '_' and"
              + " '-', at most 100 of them.");
    }
    return name;
  }
}
