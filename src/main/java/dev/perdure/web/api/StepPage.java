package dev.perdure.web.api;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.StepRecord;
import dev.perdure.web.PlanTail;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a run's steps: those that have begun, then those of a sequence that have not.
 *
 * @param planned the position of the first of those pending
 * @param next where the following page begins; null when this is the last
 */
record StepPage(List<StepRecord> begun, List<StepPlan> pending, int planned, @Nullable From next) {

  static final int SIZE = 200;

  /**
   * Where a page begins.
   *
   * @param ordinal of the first step that has begun
   * @param position of the first planned step, if none that stands on this page is behind it
   */
  record From(int ordinal, int position) {
    static final From START = new From(0, 0);
  }

  static StepPage of(RunDetail detail, From from) {
    var begun = detail.steps();
    int planned = PlanTail.begin(begun, from.position());
    if (detail.nextOrdinal() != null) {
      return new StepPage(begun, List.of(), planned, new From(detail.nextOrdinal(), planned));
    }
    var plan = detail.plan();
    int to = Math.min(plan.size(), planned + SIZE - begun.size());
    if (planned >= plan.size()) {
      return new StepPage(begun, List.of(), planned, null);
    }
    int ordinal = begun.isEmpty() ? from.ordinal() : begun.getLast().ordinal() + 1;
    var next = to < plan.size() ? new From(ordinal, to) : null;
    return new StepPage(begun, plan.subList(planned, to), planned, next);
  }
}
