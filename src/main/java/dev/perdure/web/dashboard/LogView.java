package dev.perdure.web.dashboard;

import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The log of a step.
 *
 * @param text its last lines, each with when it was written; null when they were not read
 * @param label how many lines there are
 * @param more whether there are more than those
 * @param href its page, from the application's root
 */
public record LogView(@Nullable String text, String label, boolean more, String href) {

  private static final int SHOWN_MAX = 50;

  /** One that is to be asked for. */
  static LogView unread(String href) {
    return new LogView(null, "", true, href);
  }

  static LogView lastLines(StepRecord step, List<StepLog> lines, String href) {
    int left = Math.max(0, lines.size() - SHOWN_MAX);
    return new LogView(
        text(step.startedAt(), lines.subList(left, lines.size())), label(lines), left > 0, href);
  }

  static LogView whole(Instant start, List<StepLog> lines, String href) {
    return new LogView(text(start, lines), label(lines), false, href);
  }

  private static String label(List<StepLog> lines) {
    return Words.count(lines.size(), "line", "lines");
  }

  private static String text(Instant start, List<StepLog> lines) {
    return lines.stream().map(line -> text(start, line)).collect(Collectors.joining("\n"));
  }

  private static String text(Instant start, StepLog line) {
    var since = "+" + Words.of(Duration.between(start, line.at()));
    var attempt = line.attempt() > 1 ? "attempt " + line.attempt() + "  " : "";
    return "%-10s %s%s".formatted(since, attempt, line.line());
  }
}
