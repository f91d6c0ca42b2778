package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.time.Instant;
import java.util.List;

/**
 * An attempt that timed out, was interrupted and still runs. Its result will be refused.
 *
 * @param ordinal the number of the step in its run
 * @param since when its time was up
 * @param stack where its thread is now, innermost frame first, at most 50 frames
 */
public record Zombie(
    RunId runId, int ordinal, String step, int attempt, Instant since, List<String> stack) {

  public Zombie {
    stack = List.copyOf(stack);
  }
}
