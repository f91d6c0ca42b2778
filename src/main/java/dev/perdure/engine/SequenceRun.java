package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.Change;
import dev.perdure.journal.StepRecord;
import dev.perdure.workflow.SequenceStep;
import dev.perdure.workflow.Workflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a sequence: each step's output is the next one's input. The end of a step and the start of
 * the next are one command, so that a run of n steps waits for n + 1 commits.
 */
final class SequenceRun {

  private final EngineCore core;
  private final LoadedRun run;
  private final RunJournal journal;
  private final StepRunner steps;

  SequenceRun(EngineCore core, LoadedRun run, RunJournal journal) {
    this.core = core;
    this.run = run;
    this.journal = journal;
    this.steps = new StepRunner(core, run.id(), journal, run.dueChecked(), journal::hold);
  }

  void proceed(Workflow.Body.Sequence<?, ?> sequence) {
    checkJournal(sequence.steps());
    String value = run.input();
    TypeToken<?> type = run.definition().workflow().input();
    for (int position = 0; position < sequence.steps().size(); position++) {
      var step = sequence.steps().get(position);
      switch (end(position, step, value, type)) {
        case StepEnd.Completed(var output) -> {
          value = output;
          type = step.output();
        }
        case StepEnd.Failed(var error, var reason) -> {
          journal.commit(new Change.RunFailed(error, reason, step.name(), core.time().instant()));
          return;
        }
      }
    }
    journal.commit(new Change.RunCompleted(value, core.time().instant()));
  }

  private StepEnd end(int position, SequenceStep<?, ?> step, String input, TypeToken<?> type) {
    var call = call(position, step, input, type, core.values());
    var begun = run.begun();
    if (position == 0 && begun != null) {
      return steps.runBegun(call, begun);
    }
    var recorded = run.recordedAt(position).orElse(null);
    if (position <= run.recorded().size() && !isEnded(recorded)) {
      checkReadable(step, input, type);
    }
    return steps.run(call, recorded);
  }

  private static boolean isEnded(@Nullable StepRecord recorded) {
    return recorded != null && recorded.status().isTerminal();
  }

  /** What an earlier version of the code has left may not fit this one: that fails no step. */
  private void checkReadable(SequenceStep<?, ?> step, String input, TypeToken<?> type) {
    try {
      core.values().decode(input, type);
    } catch (ValueException e) {
      var reason = Reasons.unreadable("input of step \"" + step.name() + "\"", e);
      throw new Unwind(new Unwind.Why.Blocked(reason, null, 0));
    }
  }

  /** The steps in the journal must be the first ones of the sequence, by name and in order. */
  private void checkJournal(List<SequenceStep<?, ?>> defined) {
    for (int position = 0; position < run.recorded().size(); position++) {
      StepRecord recorded = run.recorded().get(position);
      if (position >= defined.size()) {
        throw new Unwind(new Unwind.Why.Blocked(Reasons.unconsumed(position, recorded), null, 0));
      }
      String name = defined.get(position).name();
      if (!recorded.name().equals(name)) {
        throw new Unwind(
            new Unwind.Why.Blocked(
                Reasons.mismatch(
                    position,
                    Reasons.describe(recorded),
                    Reasons.describe(StepCall.KIND, name, null)),
                null,
                0));
      }
    }
  }

  /** The step as a call at its place; its first attempt may begin together with the run. */
  static <I, O> StepCall call(
      int position, SequenceStep<I, O> any, String input, TypeToken<?> inputType, Values values) {
    if (!(any instanceof SequenceStep.Plain<I, O> step)) {
      throw new UnsupportedOperationException();
    }
    return new StepCall(
        position,
        "",
        position,
        step.name(),
        input,
        null,
        step.options(),
        context -> {
          I typed = values.decode(input, SequenceRun.<I>typeOf(inputType));
          return values.encode(step.code().run(typed, context), step.output());
        });
  }

  /** The builder let only a step that takes the type of the one before follow it. */
  @SuppressWarnings("unchecked")
  private static <I> TypeToken<I> typeOf(TypeToken<?> before) {
    return (TypeToken<I>) before;
  }
}
