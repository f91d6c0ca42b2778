package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import dev.perdure.workflow.RetryAfterException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the steps of one active run, one attempt at a time. Between two attempts the run is
 * parked, so an attempt is either the first or follows one that is in the journal.
 */
final class StepRunner {

  /** From this many strikes on a step is a suspect and runs alone. */
  static final int STRIKES_SUSPECT = 2;

  private final EngineCore core;
  private final RunId run;
  private final RunJournal journal;
  private final boolean dueChecked;
  private final Consumer<Change> keep;

  /**
   * @param dueChecked whether the run was woken because it was due, by the monotonic clock
   * @param keep where the end of a step goes: committed with what follows, or by itself soon
   */
  StepRunner(
      EngineCore core, RunId run, RunJournal journal, boolean dueChecked, Consumer<Change> keep) {
    this.core = core;
    this.run = run;
    this.journal = journal;
    this.dueChecked = dueChecked;
    this.keep = keep;
  }

  /** The first attempt of a step whose beginning went into the journal with the run's own. */
  StepEnd runBegun(StepCall call, Attempt attempt) {
    return finish(call, attempt, carryOut(call, attempt), 0);
  }

  /**
   * The end of a step: as recorded, or by one more attempt.
   *
   * @throws Unwind when the run has to be parked or left
   */
  StepEnd run(StepCall call, @Nullable StepRecord recorded) {
    if (recorded == null) {
      return begin(call, 1, 0, 0);
    }
    return switch (recorded.status()) {
      case COMPLETED -> new StepEnd.Completed(recorded(recorded));
      case FAILED -> failedAsRecorded(recorded);
      case PENDING, RUNNING, BLOCKED, CANCELLED -> {
        awaitTurn(call, recorded);
        yield begin(call, recorded.attempt() + 1, recorded.interrupted(), recorded.strikes());
      }
    };
  }

  private static String recorded(StepRecord step) {
    var output = step.output();
    if (output == null || output.json() == null) {
      throw new IllegalStateException("The completed step " + step.name() + " has no output.");
    }
    return output.json();
  }

  private static StepEnd failedAsRecorded(StepRecord step) {
    var error = step.error();
    if (error == null) {
      throw new IllegalStateException("The failed step " + step.name() + " has no error.");
    }
    var reason = step.reason();
    return new StepEnd.Failed(
        error, reason != null ? reason : new Reason("step-failed", error.message()));
  }

  /** Parks the run again if its step is not due, or if the attempt before has not ended. */
  private void awaitTurn(StepCall call, StepRecord recorded) {
    Instant now = core.time().instant();
    Instant due = recorded.nextDueAt();
    if (!dueChecked && due != null && due.isAfter(now)) {
      park(call, recorded, WaitingFor.Kind.RETRY, now, due, Duration.between(now, due), null);
    }
    var before = core.zombies().inTheWayOf(run, call.ordinal());
    if (before.isPresent()) {
      var left = before.get().graceLeft();
      park(call, recorded, WaitingFor.Kind.ZOMBIE, now, now.plus(left), left, before.get());
    }
  }

  private void park(
      StepCall call,
      StepRecord recorded,
      WaitingFor.Kind kind,
      Instant since,
      Instant until,
      Duration wakeAfter,
      @Nullable Attempt orWhenEnded) {
    var waiting = new WaitingFor(kind, call.name(), since, until);
    journal.commit(
        new Change.StepWaiting(call.ordinal(), recorded.attempt(), waiting),
        new Change.RunWaiting(waiting));
    throw new Unwind(new Unwind.Why.Parked(wakeAfter, orWhenEnded));
  }

  private StepEnd begin(StepCall call, int number, int interrupted, int strikes) {
    boolean suspect = strikes >= STRIKES_SUSPECT;
    var attempt =
        new Attempt(run, call.ordinal(), call.name(), number, call.options(), core.time());
    if (!core.gate().tryEnter(attempt, suspect)) {
      journal.commit();
      core.gate().enter(attempt, suspect);
    }
    try {
      journal.commit(started(call, number, suspect));
    } catch (Throwable e) {
      core.gate().leave(attempt);
      throw e;
    }
    Time.Wait clearing = strikes > 0 ? clearStrikesLater(attempt) : () -> {};
    var outcome = carryOut(call, attempt);
    clearing.cancel();
    var end = finish(call, attempt, outcome, interrupted);
    if (suspect) {
      // What it did must be durable before the next suspect may take the process along.
      journal.commit();
      core.cleared().accept(run);
    }
    return end;
  }

  private Change.AttemptStarted started(StepCall call, int number, boolean trial) {
    return new Change.AttemptStarted(
        call.ordinal(),
        call.scope(),
        call.position(),
        StepCall.KIND,
        call.name(),
        call.inputDigest(),
        call.input(),
        number,
        call.maxAttempts(),
        trial,
        core.time().instant());
  }

  private Attempt.Outcome carryOut(StepCall call, Attempt attempt) {
    try {
      attempt.start(core.threads(), call.code());
      return attempt.outcome().join();
    } finally {
      core.gate().leave(attempt);
    }
  }

  private Time.Wait clearStrikesLater(Attempt attempt) {
    return core.time()
        .after(
            StartGate.CLEARED_AFTER,
            () -> {
              var _ =
                  core.journal().submit(new Command.ClearStrikes(Map.of(run, attempt.ordinal())));
              core.cleared().accept(run);
            });
  }

  private StepEnd finish(StepCall call, Attempt attempt, Attempt.Outcome outcome, int interrupted) {
    return switch (outcome) {
      case Attempt.Outcome.Returned(var json) -> completed(call, attempt, json);
      case Attempt.Outcome.Threw(var error) ->
          failed(call, attempt, recordOf(call, error), isFinal(call, error), error, interrupted);
      case Attempt.Outcome.TimedOut(var limit, var stack) -> {
        core.zombies().watch(attempt);
        yield failed(call, attempt, ErrorRecords.timeout(limit, stack), false, null, interrupted);
      }
      case Attempt.Outcome.CutOff() -> {
        journal.commit(
            new Change.AttemptInterrupted(
                call.ordinal(), attempt.attempt(), core.time().instant()));
        throw Unwind.stopped();
      }
    };
  }

  private StepEnd completed(StepCall call, Attempt attempt, String json) {
    keep.accept(
        new Change.StepCompleted(call.ordinal(), attempt.attempt(), json, core.time().instant()));
    return new StepEnd.Completed(json);
  }

  private static ErrorRecord recordOf(StepCall call, Throwable error) {
    if (error instanceof ValueException) {
      return ErrorRecords.of(ErrorRecords.VALUE, error);
    }
    return ErrorRecords.of(
        call.options().isFinal(error) ? ErrorRecords.FINAL : ErrorRecords.ERROR, error);
  }

  private static boolean isFinal(StepCall call, Throwable error) {
    return error instanceof ValueException || call.options().isFinal(error);
  }

  private StepEnd failed(
      StepCall call,
      Attempt attempt,
      ErrorRecord error,
      boolean isFinal,
      @Nullable Throwable cause,
      int interrupted) {
    int tried = attempt.attempt() - interrupted;
    Instant now = core.time().instant();
    if (isFinal || tried >= call.maxAttempts()) {
      var reason = Reasons.stepFailed(call, tried, isFinal, error);
      keep.accept(new Change.StepFailed(call.ordinal(), attempt.attempt(), error, now, reason));
      return new StepEnd.Failed(error, reason);
    }
    var delay =
        cause instanceof RetryAfterException after ? after.delay() : delayBefore(call, tried);
    Instant due = now.plus(delay);
    var waiting = new WaitingFor(WaitingFor.Kind.RETRY, call.name(), now, due);
    journal.commit(
        new Change.AttemptFailed(
            call.ordinal(),
            attempt.attempt(),
            error,
            now,
            due,
            waiting,
            Reasons.retrying(call, tried, error)),
        new Change.RunWaiting(waiting));
    throw new Unwind(new Unwind.Why.Parked(delay, null));
  }

  private Duration delayBefore(StepCall call, int retry) {
    var policy = call.options().retry();
    var delay = policy.delayBefore(retry);
    if (!policy.jitter()) {
      return delay;
    }
    double share = 0.5 + core.jitter().nextDouble() / 2;
    return Duration.ofMillis(Math.round(delay.toMillis() * share));
  }
}
