package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Ending;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Reason;
import dev.perdure.workflow.Workflow;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;

/**
 * Carries an active run forward on its thread, until it has ended, is parked, is blocked, or the
 * engine stops. Whatever happens inside stays with this run.
 */
final class RunExecution {

  private static final Logger LOG = System.getLogger(RunExecution.class.getName());

  private final ActiveRun run;
  private final EngineCore core;

  RunExecution(ActiveRun run) {
    this.run = run;
    this.core = run.core();
  }

  /** Runs the body and says how the run stands then. */
  Unwind.Why proceed() {
    var overdue = beginEnding();
    try {
      return body();
    } catch (Unwind | JournalException.Failed | JournalException.Closed e) {
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

  private void timeOut() {
    run.end(new Unwind.Why.Ended(Ending.TIMED_OUT));
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
    switch (conclusion) {
      case Conclusion.Completed(var output) when mayComplete() ->
          run.journal().commit(new Change.RunCompleted(output, core.time().instant()));
      case Conclusion.Completed _ -> endAsRecorded();
      case Conclusion.Ended(var end) -> end(recordedOr(end));
    }
    var parent = run.loaded().parent();
    if (parent != null) {
      core.others().call(parent);
    }
  }

  /** A cancellation may come too late; but what has begun to be undone can not complete. */
  private boolean mayComplete() {
    var end = run.loaded().end();
    return end == null || (end.ending() == Ending.CANCELLED && !run.entries().hasCompensations());
  }

  private void endAsRecorded() {
    var end = run.loaded().end();
    if (end != null) {
      end(end);
    }
  }

  /** Once the journal says how a run is going to end, its body has no say in it any more. */
  private LoadedRun.End recordedOr(LoadedRun.End end) {
    var recorded = run.loaded().end();
    return recorded == null ? end : recorded;
  }

  private void end(LoadedRun.End end) {
    new CompensateRun(run).undo(end);
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
    Instant now = core.time().instant();
    Reason reason = blocked.reason();
    try {
      Integer ordinal = blocked.ordinal();
      if (ordinal == null) {
        run.journal().commit(new Change.RunBlocked(reason, now));
      } else {
        run.journal()
            .commit(
                new Change.StepBlocked(ordinal, blocked.attempt(), reason, now),
                new Change.RunBlocked(reason, now));
      }
    } catch (Unwind | JournalException e) {
      LOG.log(Level.ERROR, "Run " + run.id() + " could not be marked as blocked.", e);
    }
    return blocked;
  }
}
