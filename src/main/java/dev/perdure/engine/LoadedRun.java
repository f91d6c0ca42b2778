package dev.perdure.engine;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run with all that its body needs to go on.
 *
 * @param recorded the steps that have begun, by ordinal
 * @param dueChecked whether the run was woken because it was due
 * @param begun the first attempt of the first step, when it began together with the run
 */
record LoadedRun(
    RunId id,
    int generation,
    Definition definition,
    String input,
    List<StepRecord> recorded,
    boolean dueChecked,
    @Nullable Attempt begun) {

  static LoadedRun of(RunDetail detail, Definition definition, boolean dueChecked) {
    String input = detail.input().json();
    if (input == null) {
      throw new IllegalStateException("The run " + detail.run().id() + " has no input.");
    }
    return new LoadedRun(
        detail.run().id(),
        detail.run().generation(),
        definition,
        input,
        detail.steps(),
        dueChecked,
        null);
  }

  /** What the journal holds at this place of the run's own list. */
  Optional<StepRecord> recordedAt(int position) {
    return position < recorded.size() ? Optional.of(recorded.get(position)) : Optional.empty();
  }
}
