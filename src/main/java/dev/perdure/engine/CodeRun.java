package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.Ending;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.Workflow;

/** Runs the body of a code workflow against what the journal holds of it. */
final class CodeRun {

  private final ActiveRun run;
  private final Values values;

  CodeRun(ActiveRun run) {
    this.run = run;
    this.values = run.core().values();
  }

  <I, O> Conclusion proceed(Workflow.Body.Code<I, O> body) {
    // The definition pairs a body with the input type that it was built with.
    @SuppressWarnings("unchecked")
    var type = (TypeToken<I>) run.loaded().definition().workflow().input();
    var input = input(type);
    var context = new ReplayContext(run, run.root());
    O output;
    try {
      output = body.code().run(input, context);
    } catch (Throwable error) {
      context.rethrowUnwinding();
      return failed(error);
    }
    context.rethrowUnwinding();
    context.checkConsumed();
    return completed(output, body.output());
  }

  private <I> I input(TypeToken<I> type) {
    try {
      return run.loaded().input().take(values, type);
    } catch (ValueException e) {
      throw Unwind.blocked(Reasons.unreadable("input", e));
    }
  }

  private Conclusion completed(Object output, TypeToken<?> type) {
    try {
      return new Conclusion.Completed(values.encode(output, type));
    } catch (ValueException e) {
      return failed(e);
    }
  }

  private static Conclusion failed(Throwable error) {
    if (error instanceof StepFailedException failed) {
      return new Conclusion.Ended(
          new LoadedRun.End(
              Ending.FAILED, ErrorRecords.of(failed), Reasons.stepFailed(failed), failed.step()));
    }
    var record = ErrorRecords.of(ErrorRecords.ERROR, error);
    return new Conclusion.Ended(
        new LoadedRun.End(Ending.FAILED, record, Reasons.bodyFailed(record), null));
  }
}
