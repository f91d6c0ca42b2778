package dev.perdure.web;

import static dev.perdure.web.ProblemCode.AMBIGUOUS_URL;
import static dev.perdure.web.ProblemCode.MALFORMED_QUERY;
import static dev.perdure.web.ProblemCode.TOKEN_IN_QUERY;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which URLs are let in. A filter that decides by path is only as good as the agreement of everyone
 * on what the path is; so whatever one container cleans up and another does not is refused.
 */
final class UrlRules {

  private static final Pattern UNCLEAR =
      Pattern.compile(
          "[^!-~]|;|\\\\|//|%(?![0-9a-f]{2})|%(00|0a|0d|25|2e|2f|3b|5c)|/\\.{1,2}(/|$)");

  private static final List<String> TOKEN_NAMES = List.of("token", "access_token");

  private UrlRules() {}

  static void check(String path, @Nullable String query) {
    if (!path.startsWith("/") || !(isPlain(path) || isClear(path))) {
      throw Problem.of(
              AMBIGUOUS_URL,
              "The path holds ';', '\\', '//', a dot segment, or an escape that can be read in more"
                  + " than one way.")
          .asException();
    }
    if (query != null) {
      checkQuery(query);
    }
  }

  /** Nearly every path is, and then it need not be searched for what is unclear. */
  private static boolean isPlain(String path) {
    char before = ' ';
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (!isAsciiWord(c) && (c != '/' || before == '/')) {
        return false;
      }
      before = c;
    }
    return true;
  }

  private static boolean isAsciiWord(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '-');
  }

  private static boolean isClear(String path) {
    return !UNCLEAR.matcher(path.toLowerCase(Locale.ROOT)).find();
  }

  private static void checkQuery(String query) {
    Parameters parameters;
    try {
      parameters = Parameters.parse(query);
    } catch (IllegalArgumentException e) {
      throw Problem.of(MALFORMED_QUERY, "The query string can not be read. " + e.getMessage())
          .asException();
    }
    for (var name : parameters.names()) {
      if (TOKEN_NAMES.contains(name.toLowerCase(Locale.ROOT))) {
        throw Problem.of(
                TOKEN_IN_QUERY,
                "URLs end up in logs and histories. Send the token in the header Authorization, as"
                    + " Bearer.")
            .asException();
      }
    }
  }
}
