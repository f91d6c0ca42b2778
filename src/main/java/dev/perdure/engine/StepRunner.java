package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import dev.perdure.workflow.RetryAfterException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the steps of one scope, one attempt at a time. Between two attempts the scope is
 * parked, so an attempt is either the first or follows one that is in the journal.
 */
final class StepRunner {

  /** From this many strikes on a step is a suspect and runs alone. */
  static final int STRIKES_SUSPECT = 2;

  private static final Time.Wait NO_WAIT = () -> {};
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final ActiveRun run;
  private final EngineCore core;
  private final Scope scope;
  private final RunJournal journal;
  private final Consumer<Change> keep;
  private final AttemptStarter starter;

  /**
   * @param keep where the end of a step goes: committed with what follows, or by itself soon
   */
  StepRunner(ActiveRun run, Scope scope, Consumer<Change> keep) {
    this.run = run;
    this.core = run.core();
    this.scope = scope;
    this.journal = run.journal();
    this.keep = keep;
    this.starter = new AttemptStarter(run);
  }

  /** The first attempt of a step whose beginning went into the journal with the run's own. */
  StepEnd runBegun(StepCall call, Attempt attempt) {
    var budget = new TotalBudget(run, call, null);
    Attempt.Outcome outcome;
    try {
      outcome = carryOut(call, attempt, budget);
    } finally {
      core.gate().leave(attempt);
    }
    return finish(call, attempt, outcome, 0, budget);
  }

  /**
   * The end of a step: as recorded, or by one more attempt.
   *
   * @throws Unwind when the scope has to be parked or left
   */
  StepEnd run(StepCall call) {
    var recorded = call.place().recorded();
    if (recorded == null) {
      leaveIfEnding();
      return begin(call, null);
    }
    return switch (recorded.status()) {
      case COMPLETED -> new StepEnd.Completed(Recorded.output(recorded));
      case FAILED -> Recorded.failure(recorded);
      case CANCELLED -> throw Recorded.leaving(scope);
      case PENDING, RUNNING, BLOCKED -> {
        leaveIfEnding();
        awaitTurn(call, recorded);
        yield begin(call, recorded);
      }
    };
  }

  private void leaveIfEnding() {
    var why = scope.ending();
    if (why != null) {
      throw new Unwind(why);
    }
  }

  /** Parks the scope again if its step is not due, or if the attempt before has not ended. */
  private void awaitTurn(StepCall call, StepRecord recorded) {
    if (call.options().isAtMostOnce() && isCutOff(recorded)) {
      throw new Unwind(
          new Unwind.Why.Blocked(Reasons.unknownOutcome(call), call.ordinal(), recorded.attempt()));
    }
    var waiting = recorded.waitingFor();
    Instant due = recorded.nextDueAt();
    if (due != null && waiting != null && waiting.kind() == WaitingFor.Kind.RETRY) {
      awaitDue(call, waiting, due);
    }
    core.zombies()
        .inTheWayOf(run.id(), call.ordinal())
        .ifPresent(before -> awaitEnd(call, recorded, before));
  }

  private void awaitDue(StepCall call, WaitingFor waiting, Instant due) {
    long deadline = run.timers().deadline(call.ordinal(), due);
    if (!Timers.left(core.time(), deadline).isZero()) {
      throw Unwind.parked(Park.until(waiting, call.ordinal(), deadline));
    }
  }

  private void awaitEnd(StepCall call, StepRecord recorded, Attempt before) {
    Instant now = core.time().instant();
    var left = before.graceLeft();
    var waiting = new WaitingFor(WaitingFor.Kind.ZOMBIE, call.name(), now, now.plus(left));
    int key = Timers.grace(call.ordinal());
    throw run.parked(
        scope,
        new Change.StepWaiting(call.ordinal(), recorded.attempt(), waiting),
        Park.until(waiting, key, run.timers().begin(key, left)).orWhenEnded(before));
  }

  /** An attempt that failed waits for a retry; one that was cut off for a place. */
  private static boolean isCutOff(StepRecord recorded) {
    return recorded.interrupted() > 0
        && (recorded.waitingFor() == null || recorded.waitingFor().kind() == WaitingFor.Kind.SLOT);
  }

  private StepEnd begin(StepCall call, @Nullable StepRecord before) {
    var budget = new TotalBudget(run, call, before);
    if (before != null && budget.isUsedUp()) {
      return failedWaiting(call, budget);
    }
    int number = before == null ? 1 : before.attempt() + 1;
    int strikes = before == null ? 0 : before.strikes();
    boolean suspect = strikes >= STRIKES_SUSPECT;
    var attempt =
        new Attempt(run.id(), call.ordinal(), call.name(), number, call.options(), core.time());
    if (!core.gate().tryEnter(attempt, suspect)) {
      journal.commit();
      core.gate().enter(attempt, suspect);
    }
    try {
      journal.commit(started(call, number, suspect));
      Time.Wait clearing = strikes > 0 ? clearStrikesLater(attempt) : NO_WAIT;
      var outcome = carryOut(call, attempt, budget);
      clearing.cancel();
      if (!suspect) {
        core.gate().leave(attempt);
      }
      var end = finish(call, attempt, outcome, before == null ? 0 : before.interrupted(), budget);
      if (suspect) {
        // What it did must be durable before anything else may take the process along.
        journal.commit();
        core.cleared().accept(run.id());
      }
      return end;
    } finally {
      core.gate().leave(attempt);
    }
  }

  private Change.AttemptStarted started(StepCall call, int number, boolean trial) {
    var place = call.place();
    return new Change.AttemptStarted(
        place.ordinal(),
        place.scope(),
        place.position(),
        place.kind(),
        place.name(),
        place.inputDigest(),
        call.input(),
        number,
        call.maxAttempts(),
        trial,
        core.time().instant());
  }

  private Attempt.Outcome carryOut(StepCall call, Attempt attempt, TotalBudget budget) {
    try {
      scope.entered(attempt);
      starter.start(call, attempt, budget.limitOfAttempt());
      return attempt.outcome().join();
    } finally {
      scope.left();
    }
  }

  private Time.Wait clearStrikesLater(Attempt attempt) {
    return core.time()
        .after(
            StartGate.CLEARED_AFTER,
            () -> {
              clearStrikes(new Command.ClearStrikes(Set.of(attempt.ref())));
              core.cleared().accept(run.id());
            });
  }

  /** Until there is space for it: strikes that stay would block the run at the next crash. */
  private void clearStrikes(Command.ClearStrikes command) {
    var _ =
        core.journal()
            .submit(command)
            .whenComplete((_, error) -> {
              if (isPassing(error) && !core.stopping().getAsBoolean()) {
                core.time().after(RETRY_AFTER, () -> clearStrikes(command));
              }
            });
  }

  private static boolean isPassing(@Nullable Throwable error) {
    return error instanceof JournalException.Full || error instanceof JournalException.Overloaded;
  }

  private StepEnd finish(
      StepCall call,
      Attempt attempt,
      Attempt.Outcome outcome,
      int interrupted,
      TotalBudget budget) {
    return switch (outcome) {
      case Attempt.Outcome.Returned(var json) -> completed(call, attempt, json);
      case Attempt.Outcome.Committed(var json) -> new StepEnd.Completed(Json.stored(json));
      case Attempt.Outcome.Threw(var error, var record) ->
          failed(call, attempt, record, isFinal(call, error), error, interrupted, budget);
      case Attempt.Outcome.TimedOut(var limit, var stack) ->
          timedOut(call, attempt, ErrorRecords.timeout(limit, stack), interrupted, budget);
      case Attempt.Outcome.Cancelled(boolean isOver) -> throw cancelled(call, attempt, isOver);
      case Attempt.Outcome.CutOff() -> {
        journal.commit(
            new Change.AttemptInterrupted(
                call.ordinal(), attempt.attempt(), core.time().instant()));
        throw Unwind.stopped();
      }
    };
  }

  private StepEnd completed(StepCall call, Attempt attempt, Json json) {
    keep.accept(
        new Change.StepCompleted(
            call.ordinal(), attempt.attempt(), json.text(), core.time().instant()));
    return new StepEnd.Completed(json);
  }

  private StepEnd timedOut(
      StepCall call, Attempt attempt, ErrorRecord error, int interrupted, TotalBudget budget) {
    core.zombies().watch(attempt);
    if (call.options().isAtMostOnce() && !endsWithinGrace(attempt)) {
      throw new Unwind(
          new Unwind.Why.Blocked(Reasons.unknownOutcome(call), call.ordinal(), attempt.attempt()));
    }
    return budget.isUsedUp()
        ? failed(call, attempt, budget.error(), true, null, interrupted, budget)
        : failed(call, attempt, error, false, null, interrupted, budget);
  }

  /** Waits for code that was interrupted, because what it has done matters. */
  private boolean endsWithinGrace(Attempt attempt) {
    var over = attempt.ended().copy();
    var patience = core.time().after(attempt.graceLeft(), () -> over.complete(null));
    over.join();
    patience.cancel();
    return attempt.ended().isDone();
  }

  /** The scope has ended, and the attempt with it. */
  private Unwind cancelled(StepCall call, Attempt attempt, boolean isOver) {
    if (!isOver) {
      core.zombies().watch(attempt);
    }
    journal.commit(
        new Change.StepCancelled(
            call.ordinal(), attempt.attempt(), Reasons.cancelled(isOver), core.time().instant()));
    var why = scope.ending();
    return why == null ? Unwind.stopped() : new Unwind(why);
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
      int interrupted,
      TotalBudget budget) {
    int tried = attempt.attempt() - interrupted;
    Instant now = core.time().instant();
    var delay =
        cause instanceof RetryAfterException after ? after.delay() : delayBefore(call, tried);
    boolean isLast = tried >= call.maxAttempts();
    var why = scope.ending();
    if (why != null && why.interrupts() && !isFinal && !isLast) {
      throw cancelled(call, attempt, true);
    }
    boolean isOverdue = !isFinal && !isLast && budget.endsWithin(delay);
    if (isFinal || isLast || isOverdue) {
      var last = isOverdue ? budget.errorAfter(error) : error;
      var reason = Reasons.stepFailed(call, tried, isFinal, last);
      keep.accept(new Change.StepFailed(call.ordinal(), attempt.attempt(), last, now, reason));
      return new StepEnd.Failed(last, reason);
    }
    var waiting = new WaitingFor(WaitingFor.Kind.RETRY, call.name(), now, now.plus(delay));
    var park = Park.until(waiting, call.ordinal(), run.timers().begin(call.ordinal(), delay));
    throw run.parked(
        scope,
        new Change.AttemptFailed(
            call.ordinal(),
            attempt.attempt(),
            error,
            now,
            now.plus(delay),
            waiting,
            Reasons.retrying(call, tried, error)),
        budget.in(park));
  }

  /** The time of all attempts was up while the step waited for the next one. */
  private StepEnd failedWaiting(StepCall call, TotalBudget budget) {
    var reason = Reasons.totalTimeout(call);
    keep.accept(
        new Change.EntryFailed(call.ordinal(), budget.error(), reason, core.time().instant()));
    return new StepEnd.Failed(budget.error(), reason);
  }

  private Duration delayBefore(StepCall call, int retry) {
    var policy = call.options().retry();
    var delay = policy.delayBefore(retry);
    if (!policy.jitter()) {
      return delay;
    }
    double share = 0.5 + core.random().nextDouble() / 2;
    return Duration.ofMillis(Math.round(delay.toMillis() * share));
  }
}
