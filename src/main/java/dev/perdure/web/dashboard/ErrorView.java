package dev.perdure.web.dashboard;

import dev.perdure.journal.ErrorRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error: what it is and what it says first, then its trace with the frames of libraries folded.
 *
 * @param type the class without its package
 * @param fullType with it
 */
public record ErrorView(String type, String fullType, String message, List<Frames> trace) {

  private static final Pattern LIBRARY =
      Pattern.compile(
          "\\s*at (?:[\\w.@-]*/+)*(?:java|javax|jakarta|jdk|sun|com\\.sun|org\\.eclipse\\.jetty"
              + "|org\\.apache\\.(?:catalina|tomcat|coyote)|dev\\.perdure\\.(?:engine|journal|sqlite"
              + "|server|web|workflow))\\..*");

  public ErrorView {
    trace = List.copyOf(trace);
  }

  /** Lines of a trace that belong together. */
  public record Frames(boolean library, List<String> lines) {

    public Frames {
      lines = List.copyOf(lines);
    }

    public String text() {
      return String.join("\n", lines);
    }

    public String label() {
      return Words.count(lines.size(), "framework frame", "framework frames");
    }
  }

  static ErrorView of(ErrorRecord error) {
    return new ErrorView(
        error.type().substring(error.type().lastIndexOf('.') + 1),
        error.type(),
        error.message(),
        fold(error.trace()));
  }

  /** "2 application frames, 14 framework frames". */
  public String traceLabel() {
    long own = frames(false);
    long library = frames(true);
    return own == 0
        ? Words.count(library, "framework frame", "framework frames")
        : Words.count(own, "application frame", "application frames")
            + (library == 0
                ? ""
                : ", " + Words.count(library, "framework frame", "framework frames"));
  }

  private long frames(boolean library) {
    return trace.stream()
        .filter(frames -> frames.library() == library)
        .flatMap(frames -> frames.lines().stream())
        .filter(line -> line.strip().startsWith("at "))
        .count();
  }

  private static List<Frames> fold(@Nullable String trace) {
    var folded = new ArrayList<Frames>();
    if (trace == null) {
      return folded;
    }
    var lines = new ArrayList<String>();
    boolean library = false;
    for (var line : trace.stripTrailing().lines().toList()) {
      boolean next = LIBRARY.matcher(line).matches();
      if (next != library && !lines.isEmpty()) {
        folded.add(new Frames(library, lines));
        lines.clear();
      }
      library = next;
      lines.add(line.replace("\t", "    "));
    }
    folded.add(new Frames(library, lines));
    return folded;
  }
}
