package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.StepPlan;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workflow that this engine can run, as clients see it.
 *
 * @param inputExample an input that works, as JSON
 * @param steps the steps of a sequence; empty for a code workflow
 * @param cron its schedule; null when it has none
 * @param nextAt when the schedule starts the next run; null when it has no schedule
 */
public record InstalledWorkflow(
    String name,
    int version,
    String description,
    String inputExample,
    List<StepPlan> steps,
    @Nullable String cron,
    @Nullable Instant nextAt) {

  public InstalledWorkflow {
    requireNonNull(name, "name");
    steps = List.copyOf(steps);
  }
}
