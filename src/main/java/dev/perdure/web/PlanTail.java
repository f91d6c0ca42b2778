package dev.perdure.web;

import dev.perdure.journal.StepRecord;
import java.util.List;

/**
 * Which steps of a sequence have not begun. Steps of a plan are found by their position in the
 * run's own list, because ordinals also count what stands in other lists.
 */
public final class PlanTail {

  private static final String OWN_LIST = "";

  private PlanTail() {}

  /**
   * The position of the first planned step that has not begun.
   *
   * @param steps a page of steps
   * @param atLeast what the pages before it said
   */
  public static int begin(List<StepRecord> steps, int atLeast) {
    int begin = atLeast;
    for (var step : steps) {
      if (step.scope().equals(OWN_LIST)) {
        begin = Math.max(begin, step.position() + 1);
      }
    }
    return begin;
  }
}
