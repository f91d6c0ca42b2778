package dev.perdure.builtin;

import java.util.ArrayList;
import java.util.List;

/** The sentence that a summary begins with. */
final class Headline {

  private Headline() {}

  /** Says how many runs there were and how they ended; what there was none of is left out. */
  static String of(PlatformStats stats) {
    var runs = stats.overall();
    if (runs.total() == 0) {
      return "There were no runs.";
    }
    var parts = new ArrayList<String>();
    parts.add(Humane.count(runs.total(), "run", "runs"));
    if (runs.completed() + runs.failed() > 0) {
      var ended = runs.completed() + runs.failed();
      parts.add(Humane.percent(runs.completed(), ended) + " succeeded");
    }
    add(parts, runs.failed(), "failed");
    add(parts, runs.blocked(), runs.blocked() == 1 ? "is blocked" : "are blocked");
    add(parts, runs.cancelled(), "cancelled");
    add(parts, runs.pending() + runs.running(), "not finished");
    if (stats.retries() > 0) {
      parts.add(Humane.count(stats.retries(), "retry", "retries"));
    }
    return String.join(", ", parts) + ".";
  }

  private static void add(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(Humane.count(count) + " " + what);
    }
  }
}
