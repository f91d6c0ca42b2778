package dev.perdure.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of runs.
 *
 * @param next where the following page begins: pass it as {@code before} or {@code after}; null
 *     when this is the last
 */
public record RunPage(List<RunRecord> runs, @Nullable RunId next) {

  public RunPage {
    runs = List.copyOf(runs);
  }
}
