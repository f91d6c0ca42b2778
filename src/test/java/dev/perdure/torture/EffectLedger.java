package dev.perdure.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the steps of {@link TortureWorkflows} did, in the order in which it happened.
 *
 * @param lines in the order in which they were written
 */
public record EffectLedger(List<Line> lines) {

  /**
   * The start or the end of an attempt.
   *
   * @param key the step's idempotency key: the run and the ordinal of the step
   */
  public record Line(boolean isStart, String run, String step, int attempt, long pid, String key) {

    static Line of(List<String> words) {
      return new Line(
          words.get(0).equals("start"),
          words.get(1),
          words.get(2),
          Integer.parseInt(words.get(3)),
          Long.parseLong(words.get(4)),
          words.get(5));
    }

    /** The number of the step in its run. */
    int ordinal() {
      return Integer.parseInt(key.substring(run.length() + 1));
    }
  }

  public EffectLedger {
    lines = List.copyOf(lines);
  }

  /** A file; none is one without a line. */
  public static EffectLedger read(Path file) throws IOException {
    return new EffectLedger(Append.read(file).stream().map(Line::of).toList());
  }

  /** How many attempts were begun. */
  public long starts() {
    return lines.stream().filter(Line::isStart).count();
  }
}
