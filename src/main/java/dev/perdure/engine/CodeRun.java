package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.Change;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.Workflow;

/** Runs the body of a code workflow against what the journal holds of it. */
final class CodeRun {

  private final EngineCore core;
  private final LoadedRun run;
  private final RunJournal journal;

  CodeRun(EngineCore core, LoadedRun run, RunJournal journal) {
    this.core = core;
    this.run = run;
    this.journal = journal;
  }

  <I, O> void proceed(Workflow.Body.Code<I, O> body) {
    // The definition pairs a body with the input type that it was built with.
    @SuppressWarnings("unchecked")
    var type = (TypeToken<I>) run.definition().workflow().input();
    var input = input(type);
    var context = new ReplayContext(core, run, journal);
    O output;
    try {
      output = body.code().run(input, context);
    } catch (Throwable error) {
      context.rethrowUnwinding();
      fail(error);
      return;
    }
    context.rethrowUnwinding();
    context.checkConsumed();
    complete(output, body.output());
  }

  private <I> I input(TypeToken<I> type) {
    try {
      return core.values().decode(run.input(), type);
    } catch (ValueException e) {
      throw new Unwind(new Unwind.Why.Blocked(Reasons.unreadable("input", e), null, 0));
    }
  }

  private void complete(Object output, TypeToken<?> type) {
    String json;
    try {
      json = core.values().encode(output, type);
    } catch (ValueException e) {
      fail(e);
      return;
    }
    journal.commit(new Change.RunCompleted(json, core.time().instant()));
  }

  private void fail(Throwable error) {
    if (error instanceof StepFailedException failed) {
      var record =
          new ErrorRecord(
              failed.code(),
              failed.type(),
              ErrorRecords.messageOf(failed),
              ErrorRecords.of(failed.code(), failed).trace());
      journal.commit(
          new Change.RunFailed(
              record, Reasons.stepFailed(failed), failed.step(), core.time().instant()));
      return;
    }
    var record = ErrorRecords.of(ErrorRecords.ERROR, error);
    journal.commit(
        new Change.RunFailed(record, Reasons.bodyFailed(record), null, core.time().instant()));
  }
}
