package dev.perdure.workflow;

import java.util.regex.Pattern;

/** The rule that names of workflows and steps follow, so that they are safe in URLs and logs. */
final class Names {

  private static final Pattern LAWFUL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private Names() {}

  static String check(String what, String name) {
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
