package dev.perdure.testing.memory;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Change;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transitions of steps, which have attempts. Each compares with the stored row first and
 * answers whether it matched.
 */
final class MemorySteps {

  private final MemoryTables tables;

  MemorySteps(MemoryTables tables) {
    this.tables = tables;
  }

  /** Whether the stored step is what the change starts from. Changes nothing. */
  boolean matches(long run, Change.OfStep change) {
    var key = new StepKey(run, change.ordinal());
    int attempt = change.attempt();
    return switch (change) {
      case Change.AttemptStarted started ->
          attempt == 1 ? tables.steps.get(key) == null : waiting(key, attempt - 1) != null;
      case Change.StepWaiting waiting -> waiting(key, attempt) != null;
      case Change.StepBlocked blocked -> running(key, attempt) != null;
      case Change.StepCancelled cancelled -> running(key, attempt) != null;
      case Change.StepCompleted completed -> inFlight(key, attempt) != null;
      case Change.AttemptFailed failed -> inFlight(key, attempt) != null;
      case Change.AttemptInterrupted cut -> inFlight(key, attempt) != null;
      case Change.StepFailed failed -> inFlight(key, attempt) != null;
    };
  }

  boolean isInFlight(long run, int ordinal, int attempt) {
    return inFlight(new StepKey(run, ordinal), attempt) != null;
  }

  boolean start(long run, Change.AttemptStarted c) {
    var key = new StepKey(run, c.ordinal());
    var begun = c.attempt() == 1 ? fresh(key, c) : again(waiting(key, c.attempt() - 1), c);
    if (begun == null) {
      return false;
    }
    begun.maxAttempts = c.maxAttempts();
    begun.trial = c.trial();
    tables.store(begun);
    return true;
  }

  private StepRow fresh(StepKey key, Change.AttemptStarted c) {
    BrokenRuleException.require(tables.steps.get(key) == null, "The step has begun: " + key);
    var place =
        new StepRow.Place(
            key, c.scope(), c.position(), c.kind(), c.name(), c.inputDigest(), c.input());
    var step = new StepRow(place, c.at());
    step.attempt = 1;
    return step;
  }

  private static @Nullable StepRow again(@Nullable StepRow before, Change.AttemptStarted c) {
    if (before == null) {
      return null;
    }
    var step = before.copy();
    step.attempt++;
    step.exitCalled = false;
    step.attemptStartedAt = MemoryTimes.of(c.at());
    step.noWait();
    return step;
  }

  boolean complete(long run, Change.StepCompleted c) {
    var step = copyInFlight(run, c);
    if (step == null) {
      return false;
    }
    step.status = Status.COMPLETED;
    step.output = c.output();
    step.finishedAt = MemoryTimes.of(c.at());
    step.reason = null;
    clearStrikes(step);
    tables.store(step);
    return true;
  }

  boolean failAttempt(long run, Change.AttemptFailed c) {
    var step = copyInFlight(run, c);
    if (step == null) {
      return false;
    }
    var due = MemoryTimes.due(c.nextDueAt());
    keepFailed(step, c.error(), c.at(), due);
    step.reason = c.reason();
    step.nextDueAt = due;
    step.waitingFor = MemoryTimes.of(c.waitingFor());
    step.trial = false;
    step.exitCalled = false;
    tables.store(step);
    return true;
  }

  boolean interrupt(long run, Change.AttemptInterrupted c) {
    var step = copyInFlight(run, c);
    if (step == null) {
      return false;
    }
    cutOff(step, false, c.at());
    return true;
  }

  /**
   * Records the attempt in flight as interrupted; its step waits for a slot.
   *
   * @param step a copy, stored by this
   * @param strike whether that counts against the step; it does anyway when its code called exit
   */
  void cutOff(StepRow step, boolean strike, Instant at) {
    keepInterrupted(step, at);
    boolean struck = strike || step.exitCalled;
    step.interrupted++;
    step.strikes += struck ? 1 : 0;
    step.trial = step.trial && struck;
    step.exitCalled = false;
    step.waitingFor = MemoryTimes.slot(at);
    tables.store(step);
  }

  boolean fail(long run, Change.StepFailed c) {
    var step = copyInFlight(run, c);
    if (step == null) {
      return false;
    }
    keepFailed(step, c.error(), c.at(), null);
    step.status = Status.FAILED;
    step.reason = c.reason();
    step.error = c.error();
    step.finishedAt = MemoryTimes.of(c.at());
    clearStrikes(step);
    tables.store(step);
    return true;
  }

  boolean await(long run, Change.StepWaiting c) {
    var before = waiting(new StepKey(run, c.ordinal()), c.attempt());
    if (before == null) {
      return false;
    }
    var step = before.copy();
    step.waitingFor = MemoryTimes.of(c.waitingFor());
    tables.store(step);
    return true;
  }

  /** An attempt that was in flight has an unknown end and is recorded as interrupted. */
  boolean block(long run, Change.StepBlocked c) {
    var step = stopped(run, c, c.at());
    if (step == null) {
      return false;
    }
    step.status = Status.BLOCKED;
    step.reason = c.reason();
    tables.store(step);
    return true;
  }

  boolean cancel(long run, Change.StepCancelled c) {
    var step = stopped(run, c, c.at());
    if (step == null) {
      return false;
    }
    step.status = Status.CANCELLED;
    step.reason = c.reason();
    step.finishedAt = MemoryTimes.of(c.at());
    clearStrikes(step);
    tables.store(step);
    return true;
  }

  private @Nullable StepRow stopped(long run, Change.OfStep c, Instant at) {
    var before = running(new StepKey(run, c.ordinal()), c.attempt());
    if (before == null) {
      return null;
    }
    var step = before.copy();
    if (step.isInFlight()) {
      keepInterrupted(step, at);
      step.interrupted++;
    }
    step.noWait();
    return step;
  }

  /** Ignored when the attempt is not in flight any longer. */
  void progress(long run, Change.StepProgressed c) {
    var before = inFlight(new StepKey(run, c.ordinal()), c.attempt());
    if (before != null) {
      BrokenRuleException.require(
          c.fraction() >= 0 && c.fraction() <= 1, "Progress is from 0 to 1: " + c.fraction());
      var step = before.copy();
      step.progress = new StepProgress(c.fraction(), c.text(), MemoryTimes.of(c.at()));
      tables.store(step);
    }
  }

  /**
   * Ignored when the step has as many lines as it may have. An attempt that has ended may still
   * write: what a zombie says is worth knowing.
   */
  void log(long run, Change.StepLogged c) {
    var key = new StepKey(run, c.ordinal());
    var step = tables.steps.get(key);
    var before = tables.logs.get(key);
    List<StepLog> lines = before == null ? List.of() : before;
    if (step != null && step.attempt >= c.attempt() && lines.size() < StepLog.LINES_MAX) {
      BrokenRuleException.require(
          c.line().codePointCount(0, c.line().length()) <= StepLog.LINE_CHARS_MAX,
          "The line is too long.");
      var line = new StepLog(c.attempt(), c.line(), MemoryTimes.of(c.at()));
      tables.logs.put(key, longer(lines, line));
    }
  }

  static void clearStrikes(StepRow step) {
    step.strikes = 0;
    step.trial = false;
    step.exitCalled = false;
  }

  private @Nullable StepRow copyInFlight(long run, Change.OfStep c) {
    var step = inFlight(new StepKey(run, c.ordinal()), c.attempt());
    return step == null ? null : step.copy();
  }

  private @Nullable StepRow inFlight(StepKey key, int attempt) {
    var step = running(key, attempt);
    return step != null && step.isInFlight() ? step : null;
  }

  private @Nullable StepRow waiting(StepKey key, int attempt) {
    var step = running(key, attempt);
    return step != null && step.waitingFor != null ? step : null;
  }

  private @Nullable StepRow running(StepKey key, int attempt) {
    var step = tables.steps.get(key);
    return step != null && step.status == Status.RUNNING && step.attempt == attempt ? step : null;
  }

  private void keepFailed(
      StepRow step, ErrorRecord error, Instant at, @Nullable Instant nextDueAt) {
    keep(step, Outcome.FAILED, at, error, nextDueAt);
  }

  private void keepInterrupted(StepRow step, Instant at) {
    keep(step, Outcome.INTERRUPTED, at, null, null);
  }

  /** Keeps the attempt in hand among those that did not complete. */
  private void keep(
      StepRow step,
      Outcome outcome,
      Instant at,
      @Nullable ErrorRecord error,
      @Nullable Instant nextDueAt) {
    var attempt =
        new AttemptRecord(
            step.attempt, outcome, step.attemptStartedAt, MemoryTimes.of(at), error, nextDueAt);
    var before = tables.attempts.get(step.key());
    tables.attempts.put(step.key(), longer(before == null ? List.of() : before, attempt));
  }

  private static <T> List<T> longer(List<T> list, T last) {
    var longer = new ArrayList<>(list);
    longer.add(last);
    return List.copyOf(longer);
  }
}
