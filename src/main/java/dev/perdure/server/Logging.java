package dev.perdure.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log of our own process: a line per event on the standard error stream. */
final class Logging {

  /** Held, because the platform forgets the level of a logger that nobody holds. */
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  private static final int MESSAGE_MAX = 4_096;

  private Logging() {}

  /** Sets the log up; a configuration file named on the command line goes before. */
  static void set() {
    if (System.getProperty("java.util.logging.config.file") != null) {
      return;
    }
    var root = Logger.getLogger("");
    for (var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    var console = new ConsoleHandler();
    console.setFormatter(new Line());
    root.addHandler(console);
    root.setLevel(Level.INFO);
    JETTY.setLevel(Level.WARNING);
  }

  /** Time, level, who and what. A message stays on its line, whoever wrote it. */
  private static final class Line extends Formatter {

    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXX").withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord event) {
      var line = new StringBuilder(128);
      TIME.formatTo(event.getInstant(), line);
      line.append(' ').append(event.getLevel().getName());
      line.append(' ').append(who(event.getLoggerName())).append(": ");
      line.append(onOneLine(formatMessage(event))).append('\n');
      if (event.getThrown() != null) {
        var trace = new StringWriter();
        event.getThrown().printStackTrace(new PrintWriter(trace, true));
        line.append(withoutControls(trace.toString()));
      }
      return line.toString();
    }

    private static String who(String logger) {
      return logger == null ? "-" : logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static String onOneLine(String message) {
      var bounded =
          message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) + "…" : message;
      return withoutControls(bounded).replace("\n", "\\n").replace("\t", "\\t");
    }

    /** Without what moves the cursor of a terminal or turns the direction of writing. */
    private static String withoutControls(String text) {
      return text.codePoints()
          .map(c -> isHarmless(c) ? c : '\uFFFD')
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
    }

    private static boolean isHarmless(int character) {
      return character == '\n'
          || character == '\t'
          || (!Character.isISOControl(character)
              && Character.getType(character) != Character.FORMAT);
    }
  }
}
