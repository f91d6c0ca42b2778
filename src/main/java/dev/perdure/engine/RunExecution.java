package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.Change;
import dev.perdure.journal.Ending;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Reason;
import dev.perdure.workflow.Workflow;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries an active run forward on its thread, until it has ended, is parked, is blocked, or the
 * engine stops. Whatever happens inside stays with this run.
 */
final class RunExecution {

  private static final Logger LOG = System.getLogger(RunExecution.class.getName());

  private final ActiveRun run;
  private final EngineCore core;
  private final Consumer<String> completed;

  /** Set by whoever decides how the run goes on: its time that is up, or its body that is over. */
  private final AtomicBoolean decided = new AtomicBoolean();

  /**
   * @param completed told of the output as soon as that is durable; must be short and wait for
   *     nothing
   */
  RunExecution(ActiveRun run, Consumer<String> completed) {
    this.run = run;
    this.core = run.core();
    this.completed = completed;
  }

  /** Runs the body and says how the run stands then. */
  Unwind.Why proceed() {
    var overdue = beginEnding();
    try {
      return body();
    } catch (Unwind e) {
      return core.stopping().getAsBoolean()
          ? new Unwind.Why.Stopped()
          : block(new Unwind.Why.Blocked(Reasons.refused(), null, 0));
    } catch (JournalException.Failed
        | JournalException.Closed
        | JournalException.Full
        | JournalException.Overloaded e) {
      return new Unwind.Why.Stopped();
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "Run " + run.id() + " can not go on.", e);
      return block(new Unwind.Why.Blocked(Reasons.internal(e), null, 0));
    } finally {
      overdue.cancel();
    }
  }

  /** A run that is ending goes on doing so; another one has its time watched. */
  private Time.Wait beginEnding() {
    var end = run.loaded().end();
    if (end != null) {
      run.root().end(new Unwind.Why.Ended(end.ending()));
      return () -> {};
    }
    Instant deadline = run.loaded().deadline();
    if (deadline == null) {
      return () -> {};
    }
    var left = run.timers().left(Timers.RUN, deadline);
    if (left.isZero()) {
      timeOut();
      return () -> {};
    }
    return core.time().after(left, this::timeOut);
  }

  /**
   * Written down before anything is cancelled for it: after a restart the clock may show that there
   * is time left.
   */
  private void timeOut() {
    if (decided.compareAndSet(false, true)) {
      run.journal().handOver(ending(endOf(Ending.TIMED_OUT)));
      run.end(new Unwind.Why.Ended(Ending.TIMED_OUT));
    }
  }

  private Change ending(LoadedRun.End end) {
    return new Change.RunEnding(
        end.ending(),
        end.error(),
        Reasons.compensating(end),
        end.failingStep(),
        core.time().instant());
  }

  private Unwind.Why body() {
    try {
      conclude(conclusion());
      return new Unwind.Why.Stopped();
    } catch (Unwind unwind) {
      return switch (unwind.why()) {
        case Unwind.Why.Blocked blocked -> block(blocked);
        case Unwind.Why.Parked(var park) -> new Unwind.Why.Parked(park(park));
        case Unwind.Why.Stopped stopped -> {
          run.journal().commit();
          yield stopped;
        }
        case Unwind.Why.Ended _, Unwind.Why.Dropped _ ->
            throw new IllegalStateException("left for " + unwind.why());
      };
    }
  }

  private Conclusion conclusion() {
    try {
      return switch (run.loaded().definition().workflow().body()) {
        case Workflow.Body.Sequence<?, ?> sequence -> new SequenceRun(run).proceed(sequence);
        case Workflow.Body.Code<?, ?> code -> new CodeRun(run).proceed(code);
      };
    } catch (Unwind unwind) {
      if (unwind.why() instanceof Unwind.Why.Ended(var ending)) {
        return new Conclusion.Ended(endOf(ending));
      }
      throw unwind;
    }
  }

  private static LoadedRun.End endOf(Ending ending) {
    return switch (ending) {
      case TIMED_OUT ->
          new LoadedRun.End(ending, ErrorRecords.runTimeout(), Reasons.runTimeout(), null);
      case CANCELLED, FAILED -> new LoadedRun.End(ending, null, null, null);
    };
  }

  private void conclude(Conclusion conclusion) {
    boolean isTimedOut = !decided.compareAndSet(false, true);
    var end = end(isTimedOut);
    switch (conclusion) {
      case Conclusion.Completed(var output) when end == null || mayComplete(end) ->
          run.journal()
              .commitLast(
                  new Change.RunCompleted(output.text(), core.time().instant()),
                  () -> completed.accept(output.text()));
      case Conclusion.Completed _ -> end(requireNonNull(end));
      case Conclusion.Ended(var own) -> end(end == null ? own : end);
    }
    var parent = run.loaded().parent();
    if (parent != null) {
      core.others().call(parent);
    }
  }

  /** A cancellation may come too late; but what has begun to be undone can not complete. */
  private boolean mayComplete(LoadedRun.End end) {
    return end.ending() == Ending.CANCELLED && !run.entries().hasCompensations();
  }

  /**
   * How the run is to end, whatever its body came to; null when that is for the body to say. Once
   * it is decided that a run is going to end, how its body fails makes no difference.
   */
  private LoadedRun.@Nullable End end(boolean isTimedOut) {
    var recorded = run.loaded().end();
    if (recorded != null) {
      return recorded;
    }
    if (run.root().ending() instanceof Unwind.Why.Ended(var ending)) {
      return endOf(ending);
    }
    return isTimedOut ? endOf(Ending.TIMED_OUT) : null;
  }

  private void end(LoadedRun.End own) {
    var end = new CompensateRun(run).undo(own);
    Instant now = core.time().instant();
    run.journal()
        .commit(
            end.ending() == Ending.CANCELLED
                ? new Change.RunCancelled(Reasons.cancelled(), now)
                : new Change.RunFailed(errorOf(end), reasonOf(end), end.failingStep(), now));
  }

  private static ErrorRecord errorOf(LoadedRun.End end) {
    var error = end.error();
    return error == null ? ErrorRecords.runTimeout() : error;
  }

  /** While it was being undone the reason said so. */
  private static Reason reasonOf(LoadedRun.End end) {
    return end.ending() == Ending.TIMED_OUT
        ? Reasons.runTimeout()
        : Reasons.failed(errorOf(end), end.reason(), end.failingStep());
  }

  private Park park(Park park) {
    run.journal().commit(new Change.RunWaiting(park.shown()));
    Instant deadline = run.loaded().deadline();
    return deadline == null || run.loaded().end() != null
        ? park
        : park.orUntil(Timers.RUN, run.timers().deadline(Timers.RUN, deadline));
  }

  private Unwind.Why block(Unwind.Why.Blocked blocked) {
    decided.set(true);
    Instant now = core.time().instant();
    Reason reason = blocked.reason();
    try {
      Integer ordinal = blocked.ordinal();
      if (ordinal == null) {
        run.journal().commitBlocked(new Change.RunBlocked(reason, now));
      } else {
        run.journal()
            .commitBlocked(
                new Change.StepBlocked(ordinal, blocked.attempt(), reason, now),
                new Change.RunBlocked(reason, now));
      }
    } catch (Unwind | JournalException e) {
      LOG.log(Level.ERROR, "Run " + run.id() + " could not be marked as blocked.", e);
    }
    return blocked;
  }
}
