package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.Change;
import dev.perdure.journal.Ending;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.StepRecord;
import dev.perdure.workflow.SequenceStep;
import dev.perdure.workflow.Workflow;
import java.util.List;

/**
 * Runs a sequence: each step's output is the next one's input. The end of a step and the start of
 * the next are one command, so that a run of n steps waits for n + 1 commits.
 */
final class SequenceRun {

  private final ActiveRun run;
  private final Values values;
  private final Calls calls;
  private final StepRunner steps;

  SequenceRun(ActiveRun run) {
    this.run = run;
    this.values = run.core().values();
    this.calls = new Calls(run, run.root());
    this.steps = new StepRunner(run, run.root(), run.journal()::hold);
  }

  Conclusion proceed(Workflow.Body.Sequence<?, ?> sequence) {
    checkJournal(sequence.steps());
    Json value = run.loaded().input();
    TypeToken<?> type = run.loaded().definition().workflow().input();
    for (var step : sequence.steps()) {
      switch (end(step, value, type)) {
        case StepEnd.Completed(var output) -> {
          value = output;
          type = step.output();
        }
        case StepEnd.Failed(var error, var reason) -> {
          return new Conclusion.Ended(new LoadedRun.End(Ending.FAILED, error, reason, step.name()));
        }
      }
    }
    return new Conclusion.Completed(value);
  }

  private StepEnd end(SequenceStep<?, ?> step, Json input, TypeToken<?> type) {
    return switch (step) {
      case SequenceStep.Plain<?, ?> plain -> end(plain, input, type);
      case SequenceStep.Transactional<?, ?> transactional -> end(transactional, input, type);
      case SequenceStep.Sleep<?> sleep -> {
        new Waits(run, run.root(), calls).sleep(sleep.name(), sleep.duration());
        yield new StepEnd.Completed(input);
      }
    };
  }

  private <I, O> StepEnd end(SequenceStep.Plain<I, O> step, Json input, TypeToken<?> inputType) {
    var place = placeOfPlain(step, input, inputType);
    var work =
        new StepCall.Work.Plain(context -> {
          I typed = input.take(values, SequenceRun.<I>typeOf(inputType));
          return values.encode(step.code().run(typed, context), step.output());
        });
    var call = new StepCall(place, input.text(), step.options(), work);
    var begun = run.loaded().begun();
    return place.position() == 0 && begun != null ? steps.runBegun(call, begun) : steps.run(call);
  }

  private <I, O> StepEnd end(
      SequenceStep.Transactional<I, O> step, Json input, TypeToken<?> inputType) {
    var place = place(EntryKind.TRANSACTION, step, input, inputType);
    var work =
        TransactionWork.of(
            run.core(),
            () -> input.take(values, SequenceRun.<I>typeOf(inputType)),
            step.output(),
            step.code());
    return steps.run(new StepCall(place, input.text(), step.options(), work));
  }

  private Place placeOfPlain(SequenceStep<?, ?> step, Json input, TypeToken<?> inputType) {
    try {
      return place(EntryKind.STEP, step, input, inputType);
    } catch (Unwind e) {
      takeBack();
      throw e;
    }
  }

  /**
   * The first attempt was written down as running together with the run. If the run is left before
   * its code has begun, it was interrupted, and is in nobody's way.
   */
  private void takeBack() {
    var begun = run.loaded().begun();
    if (begun == null || run.root().nextPosition() > 0) {
      return;
    }
    run.core().gate().leave(begun);
    run.journal()
        .hold(
            new Change.StepCancelled(
                begun.ordinal(),
                begun.attempt(),
                Reasons.cancelled(true),
                run.core().time().instant()));
  }

  private Place place(String kind, SequenceStep<?, ?> step, Json input, TypeToken<?> inputType) {
    var place = calls.next(kind, step.name(), null);
    var recorded = place.recorded();
    boolean isReplayed = place.position() <= run.loaded().recorded().size();
    if (isReplayed && (recorded == null || !recorded.status().isTerminal())) {
      checkReadable(step, input, inputType);
    }
    return place;
  }

  /** What an earlier version of the code has left may not fit this one: that fails no step. */
  private void checkReadable(SequenceStep<?, ?> step, Json input, TypeToken<?> type) {
    try {
      values.decode(input.text(), type);
    } catch (ValueException e) {
      throw Unwind.blocked(Reasons.unreadable("input of step \"" + step.name() + "\"", e));
    }
  }

  /**
   * The steps in the journal must be the first ones of the sequence, before any of them goes on.
   */
  private void checkJournal(List<SequenceStep<?, ?>> defined) {
    for (int position = 0; position < run.loaded().recorded().size(); position++) {
      StepRecord recorded = run.loaded().recorded().get(position);
      if (position >= defined.size()) {
        throw Unwind.blocked(Reasons.unconsumed(Scope.ROOT, position, recorded));
      }
      String name = defined.get(position).name();
      if (!recorded.name().equals(name)) {
        throw Unwind.blocked(
            Reasons.mismatch(
                Scope.ROOT,
                position,
                Reasons.describe(recorded),
                Reasons.describe(kindOf(defined.get(position)), name, null)));
      }
    }
  }

  private static String kindOf(SequenceStep<?, ?> step) {
    return switch (step) {
      case SequenceStep.Plain<?, ?> _ -> EntryKind.STEP;
      case SequenceStep.Transactional<?, ?> _ -> EntryKind.TRANSACTION;
      case SequenceStep.Sleep<?> _ -> EntryKind.TIMER;
    };
  }

  /** The builder let only a step that takes the type of the one before follow it. */
  @SuppressWarnings("unchecked")
  private static <I> TypeToken<I> typeOf(TypeToken<?> before) {
    return (TypeToken<I>) before;
  }
}
