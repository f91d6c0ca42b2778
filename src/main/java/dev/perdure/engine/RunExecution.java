package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Reason;
import dev.perdure.workflow.Workflow;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;

/**
 * Carries a loaded run forward on its thread, until it has ended, is parked, is blocked, or the
 * engine stops. Whatever happens inside stays with this run.
 */
final class RunExecution {

  private static final Logger LOG = System.getLogger(RunExecution.class.getName());

  private final EngineCore core;
  private final LoadedRun run;
  private final RunJournal journal;

  RunExecution(EngineCore core, LoadedRun run) {
    this.core = core;
    this.run = run;
    this.journal =
        new RunJournal(core.journal(), core.time(), core.stopping(), run.id(), run.generation());
  }

  /** Runs the body and says how the run stands then. */
  Unwind.Why proceed() {
    try {
      return body();
    } catch (Unwind | JournalException.Failed | JournalException.Closed e) {
      return new Unwind.Why.Stopped();
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "Run " + run.id() + " can not go on.", e);
      return block(new Unwind.Why.Blocked(Reasons.internal(e), null, 0));
    }
  }

  private Unwind.Why body() {
    try {
      switch (run.definition().workflow().body()) {
        case Workflow.Body.Sequence<?, ?> sequence ->
            new SequenceRun(core, run, journal).proceed(sequence);
        case Workflow.Body.Code<?, ?> code -> new CodeRun(core, run, journal).proceed(code);
      }
      return new Unwind.Why.Stopped();
    } catch (Unwind unwind) {
      return switch (unwind.why()) {
        case Unwind.Why.Blocked blocked -> block(blocked);
        case Unwind.Why.Parked parked -> parked;
        case Unwind.Why.Stopped stopped -> {
          journal.commit();
          yield stopped;
        }
      };
    }
  }

  private Unwind.Why block(Unwind.Why.Blocked blocked) {
    Instant now = core.time().instant();
    Reason reason = blocked.reason();
    try {
      Integer ordinal = blocked.ordinal();
      if (ordinal == null) {
        journal.commit(new Change.RunBlocked(reason, now));
      } else {
        journal.commit(
            new Change.StepBlocked(ordinal, blocked.attempt(), reason, now),
            new Change.RunBlocked(reason, now));
      }
    } catch (Unwind | JournalException e) {
      LOG.log(Level.ERROR, "Run " + run.id() + " could not be marked as blocked.", e);
    }
    return blocked;
  }
}
