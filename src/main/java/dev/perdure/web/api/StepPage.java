package dev.perdure.web.api;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a run's steps: those that have begun, then those of a sequence that have not. In a
 * sequence the n-th step of the plan is the n-th to begin, so one ordinal counts both.
 *
 * @param nextOrdinal where the following page begins; null when this is the last
 */
record StepPage(List<StepRecord> begun, List<StepPlan> pending, @Nullable Integer nextOrdinal) {

  static final int SIZE = 200;

  static StepPage of(RunDetail detail, int fromOrdinal) {
    var begun = detail.steps();
    if (detail.nextOrdinal() != null) {
      return new StepPage(begun, List.of(), detail.nextOrdinal());
    }
    int planned = detail.plan().size();
    int from = begun.isEmpty() ? fromOrdinal : begun.getLast().ordinal() + 1;
    int to = Math.min(planned, fromOrdinal + SIZE);
    if (from >= to) {
      return new StepPage(begun, List.of(), from < planned ? from : null);
    }
    return new StepPage(begun, detail.plan().subList(from, to), to < planned ? to : null);
  }
}
