package dev.perdure.engine;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Turns what Gson says about a value into a sentence and a path, without names of classes. */
final class JsonProblems {

  private static final Pattern PATH = Pattern.compile("path (\\$\\S*)");
  private static final Pattern EXPECTED =
      Pattern.compile("[Ee]xpected (?:an? )?(\\w+)(?: in ISO-8601)?(?: but was (\\w+))?");
  private static final Map<String, String> WORDS =
      Map.of(
          "INT", "a whole number",
          "LONG", "a whole number",
          "DOUBLE", "a number",
          "BEGIN_OBJECT", "an object",
          "BEGIN_ARRAY", "a list",
          "STRING", "a string",
          "NUMBER", "a number",
          "BOOLEAN", "true or false",
          "NULL", "null");

  private static final int CAUSES_MAX = 20;

  private JsonProblems() {}

  /** The value is not of the type it should have. */
  static ValueException mismatch(RuntimeException e) {
    String text = String.valueOf(e.getMessage());
    var path = PATH.matcher(text);
    String where = path.find() ? path.group(1).replaceAll("[;,.]+$", "") : "$";
    var expected = EXPECTED.matcher(text);
    String what = "The value at " + where + " is not of the type that is expected there";
    if (expected.find()) {
      what += ": expected " + word(expected.group(1));
      if (expected.group(2) != null && WORDS.containsKey(expected.group(2))) {
        what += ", found " + word(expected.group(2));
      }
    }
    return new ValueException(where, what + ".", e);
  }

  /** The constructor of a record, or an adapter, refused what it was given. */
  static ValueException rejected(RuntimeException e) {
    Throwable cause = e.getCause();
    for (int depth = 0; cause != null && cause.getCause() != null && depth < CAUSES_MAX; depth++) {
      cause = cause.getCause();
    }
    String why = cause == null ? "." : ": " + ErrorRecords.messageOf(cause);
    return new ValueException("$", "The value was refused" + why, e);
  }

  private static String word(String token) {
    return WORDS.getOrDefault(token.toUpperCase(Locale.ROOT), token);
  }
}
