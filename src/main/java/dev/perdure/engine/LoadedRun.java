package dev.perdure.engine;

import dev.perdure.journal.Ending;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run with all that its body needs to go on.
 *
 * @param recorded the entries that have begun, by ordinal
 * @param deadlines the waits that began in this process, by the keys of {@link Timers}
 * @param begun the first attempt of the first step, when it began together with the run
 * @param parent the run that waits for this one, or has started it; null when none has
 * @param end how it is going to end; null as long as it is not
 */
record LoadedRun(
    RunId id,
    int generation,
    Definition definition,
    Json input,
    List<StepRecord> recorded,
    Map<Integer, Long> deadlines,
    @Nullable Attempt begun,
    @Nullable Instant deadline,
    @Nullable RunId parent,
    @Nullable End end) {

  /**
   * How a run is going to end.
   *
   * @param error null for one that is cancelled
   */
  record End(
      Ending ending,
      @Nullable ErrorRecord error,
      @Nullable Reason reason,
      @Nullable String failingStep) {}

  static LoadedRun of(RunDetail detail, Definition definition, Map<Integer, Long> deadlines) {
    String input = detail.input().json();
    if (input == null) {
      throw new IllegalStateException("The run " + detail.run().id() + " has no input.");
    }
    var run = detail.run();
    return new LoadedRun(
        run.id(),
        run.generation(),
        definition,
        Json.stored(input),
        detail.steps(),
        deadlines,
        null,
        run.deadline(),
        run.parent(),
        end(detail));
  }

  private static @Nullable End end(RunDetail detail) {
    var run = detail.run();
    var ending = run.ending();
    return ending == null ? null : new End(ending, detail.error(), run.reason(), run.failingStep());
  }
}
