package dev.perdure.web;

import java.util.ArrayList;
import java.util.HexFormat;

/** Makes text from outside fit for a log: one line, printable, bounded. */
final class LogText {

  private static final int LINE_MAX = 4_096;
  private static final int FRAMES_MAX = 40;
  private static final int CAUSES_MAX = 5;

  private LogText() {}

  /** Escapes control characters, format characters (such as bidi controls) and line ends. */
  static String line(String text) {
    var line = new StringBuilder();
    for (int i = 0; i < text.length() && line.length() < LINE_MAX; i++) {
      char c = text.charAt(i);
      if (isPrintable(c)) {
        line.append(c);
      } else {
        line.append("\\u").append(HexFormat.of().toHexDigits(c));
      }
    }
    return line.length() < LINE_MAX ? line.toString() : line.substring(0, LINE_MAX) + "…";
  }

  /** The stack trace with its causes; messages can not fake lines of it. */
  static String trace(Throwable thrown) {
    var lines = new ArrayList<String>();
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
      lines.add(line((i == 0 ? "" : "Caused by: ") + cause));
      var frames = cause.getStackTrace();
      for (int k = 0; k < Math.min(frames.length, FRAMES_MAX); k++) {
        lines.add("\tat " + frames[k]);
      }
      cause = cause.getCause();
    }
    return String.join("\n", lines);
  }

  private static boolean isPrintable(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
