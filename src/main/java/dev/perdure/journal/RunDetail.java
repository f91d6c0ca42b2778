package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run with its values and a page of its steps.
 *
 * @param plan the steps of a sequence as defined at its start; empty for a code workflow
 * @param steps those that have begun, by ordinal
 * @param nextOrdinal where the next page of steps begins; null when this is the last
 */
public record RunDetail(
    RunRecord run,
    List<StepPlan> plan,
    StoredValue input,
    @Nullable StoredValue output,
    @Nullable ErrorRecord error,
    List<StepRecord> steps,
    @Nullable Integer nextOrdinal) {

  public RunDetail {
    requireNonNull(run, "run");
    requireNonNull(input, "input");
    plan = List.copyOf(plan);
    steps = List.copyOf(steps);
  }
}
