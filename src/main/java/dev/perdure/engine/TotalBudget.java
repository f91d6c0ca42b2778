package dev.perdure.engine;

import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.StepRecord;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The time that all attempts of a step may take together, if it is limited. */
final class TotalBudget {

  private final EngineCore core;
  private final @Nullable Duration attemptLimit;
  private final @Nullable Duration total;
  private final int key;
  private final long deadline;

  /**
   * @param before the step as recorded; null when it begins now
   */
  TotalBudget(ActiveRun run, StepCall call, @Nullable StepRecord before) {
    this.core = run.core();
    this.attemptLimit = call.options().timeout().orElse(null);
    this.total = call.options().totalTimeout().orElse(null);
    this.key = Timers.total(call.ordinal());
    this.deadline = total == null ? Long.MAX_VALUE : deadline(run, total, before);
  }

  private long deadline(ActiveRun run, Duration limit, @Nullable StepRecord before) {
    if (before == null) {
      return run.timers().begin(key, limit);
    }
    Instant due = before.startedAt().plus(limit);
    return run.timers().deadline(key, due);
  }

  private Duration left() {
    return Timers.left(core.time(), deadline);
  }

  boolean isUsedUp() {
    return total != null && left().isZero();
  }

  /** Whether a wait of this length would use it up. */
  boolean endsWithin(Duration wait) {
    return total != null && left().compareTo(wait) <= 0;
  }

  /** How long an attempt that begins now may take; null when it is not limited. */
  @Nullable Duration limitOfAttempt() {
    if (total == null) {
      return attemptLimit;
    }
    var left = left();
    return attemptLimit != null && attemptLimit.compareTo(left) < 0 ? attemptLimit : left;
  }

  /** The same wait, which keeps this time for when it is over. */
  Park in(Park park) {
    return total == null ? park : park.orUntil(key, deadline);
  }

  ErrorRecord error() {
    return ErrorRecords.totalTimeout(total == null ? Duration.ZERO : total);
  }

  /** The same, with what the last attempt failed of. */
  ErrorRecord errorAfter(ErrorRecord last) {
    var own = error();
    return new ErrorRecord(
        own.code(),
        last.type(),
        own.message() + " The last attempt failed: " + last.message(),
        last.trace());
  }
}
