package dev.perdure.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The page that the figures are written to. Only what stands between the two marks of a part is
 * replaced; all else is written by hand and stays.
 */
record Page(Path file) {

  /** Replaces what is said of a part; one that the page does not have yet is added at its end. */
  void write(String part, String text) throws IOException {
    var page = Files.exists(file) ? Files.readString(file) : "# Performance\n";
    Files.writeString(file, replace(page, part, text));
  }

  static String replace(String page, String part, String text) {
    var begin = "<!-- make bench PART=" + part + " writes this -->\n";
    var end = "<!-- end of " + part + " -->\n";
    int from = page.indexOf(begin);
    int to = page.indexOf(end);
    if (from < 0 || to < from) {
      return page + "\n## " + part + "\n\n" + begin + text + end;
    }
    return page.substring(0, from + begin.length()) + text + page.substring(to);
  }

  /** What is said of a part. */
  static String text(List<Figure> figures, Environment environment, String command, Duration took) {
    return """

    %s, by `%s` in %d s.
    %s.
    %s.

    %s
    """
        .formatted(
            environment.day(),
            command,
            took.toSeconds(),
            environment.versions(),
            environment.machine(),
            Report.inMarkdown(figures));
  }
}
