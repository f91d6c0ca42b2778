package dev.perdure.builtin;

/** Makes text from outside harmless inside of Markdown. */
final class Markdown {

  private static final int LENGTH_MAX = 300;
  private static final String SPECIAL = "\\`*_[]|~#!";

  private Markdown() {}

  /**
   * The text as it reads, on one line and at most 300 characters long: without markup, tables or
   * HTML of its own, control characters and marks that turn the direction of writing.
   */
  static String escaped(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    Humane.shortened(text, LENGTH_MAX).codePoints().forEach(point -> append(escaped, point));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int point) {
    if (SPECIAL.indexOf(point) >= 0) {
      escaped.append('\\').appendCodePoint(point);
      return;
    }
    switch (point) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      default -> {
        switch (Character.getType(point)) {
          case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
              escaped.append(' ');
          case Character.FORMAT, Character.SURROGATE -> {}
          default -> escaped.appendCodePoint(point);
        }
      }
    }
  }
}
