package dev.perdure.engine;

import dev.perdure.journal.Command;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the commands that store runs which other runs start. */
final class PendingRuns {

  private PendingRuns() {}

  /**
   * A new run, which waits for its turn.
   *
   * @param input JSON
   * @param deadline when it has to end at the latest; null when that is not limited
   * @throws IllegalArgumentException when the workflow is not installed, or the input is not of its
   *     type
   */
  static Command.StartRun of(
      EngineCore core, String workflow, String input, @Nullable Instant deadline) {
    var definition = require(core, workflow);
    Instant now = core.time().instant();
    return new Command.StartRun(
        core.others().newId(),
        workflow,
        definition.workflow().version(),
        definition.plan(),
        checked(core, definition, input),
        null,
        null,
        sooner(definition.deadline(now), deadline),
        List.of(),
        false,
        now);
  }

  private static Definition require(EngineCore core, String workflow) {
    try {
      return core.definitions().require(workflow);
    } catch (StartException.UnknownWorkflow e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String checked(EngineCore core, Definition definition, String input) {
    try {
      return core.values().checkInput(input, definition.workflow().input()).text();
    } catch (ValueException e) {
      throw new IllegalArgumentException(
          "The input does not fit the workflow "
              + definition.workflow().name()
              + ", at "
              + e.path()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static @Nullable Instant sooner(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }
}
