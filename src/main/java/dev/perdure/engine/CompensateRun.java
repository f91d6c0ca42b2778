package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Ending;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.Status;
import dev.perdure.workflow.Compensation;
import dev.perdure.workflow.Compensation.Undoes;
import dev.perdure.workflow.Step;
import java.util.List;

/**
 * Undoes what a run has done that is going to end badly: newest first, one after the other, each as
 * a step that is retried and that nothing cancels. What never began needs no undoing.
 */
final class CompensateRun {

  private record Undoing(Compensations.Registered registered, Undoes undoes) {}

  private static final Json NOTHING = Json.stored("null");

  private final ActiveRun run;

  CompensateRun(ActiveRun run) {
    this.run = run;
  }

  /**
   * Returns when everything is undone, and how the run ends: as was stored first.
   *
   * @throws Unwind when the run has to be parked between two attempts, or is blocked because a
   *     compensation has failed
   */
  LoadedRun.End undo(LoadedRun.End end) {
    run.journal().commit();
    run.refresh();
    var undoings =
        run.compensations().newestFirst().stream().filter(this::hasBegun).map(this::of).toList();
    if (undoings.isEmpty()) {
      return end;
    }
    if (run.loaded().end() != null) {
      undo(undoings);
      return end;
    }
    announce(end);
    undo(undoings);
    return asStored(end);
  }

  /** A cancellation that came before the announcement has been acknowledged, and it counts. */
  private LoadedRun.End asStored(LoadedRun.End announced) {
    var core = run.core();
    return core.await()
        .read(() -> core.journal().reader().run(run.id()))
        .filter(stored -> stored.ending() == Ending.CANCELLED)
        .map(_ -> new LoadedRun.End(Ending.CANCELLED, null, null, null))
        .orElse(announced);
  }

  private boolean hasBegun(Compensations.Registered registered) {
    return run.entries().at(registered.scope(), registered.undoes()) != null;
  }

  private Undoing of(Compensations.Registered registered) {
    var undone = run.entries().at(registered.scope(), registered.undoes());
    boolean isKnown = undone != null && undone.status() == Status.COMPLETED;
    return new Undoing(registered, isKnown ? Undoes.COMPLETED : Undoes.UNKNOWN);
  }

  /** From here on the run can not go on any more, also not after a restart. */
  private void announce(LoadedRun.End end) {
    run.journal()
        .hold(
            new Change.RunEnding(
                end.ending(),
                end.error(),
                Reasons.compensating(end),
                end.failingStep(),
                run.core().time().instant()));
  }

  private void undo(List<Undoing> undoings) {
    for (var undoing : undoings) {
      if (undo(undoing) instanceof StepEnd.Failed(var error, var _)) {
        throw Unwind.blocked(Reasons.compensationFailed(undoing.registered().name(), error));
      }
    }
    run.journal().commit();
  }

  private StepEnd undo(Undoing undoing) {
    var registered = undoing.registered();
    var scope = Scope.ofCompensations(registered.scope());
    var place =
        new Calls(run, scope)
            .at(
                registered.index(),
                EntryKind.COMPENSATION,
                registered.name(),
                registered.inputDigest());
    var call =
        new StepCall(
            place,
            registered.input(),
            registered.options(),
            new StepCall.Work.Plain(step -> {
              registered.code().run(new OwnCompensation(step, undoing.undoes()));
              return NOTHING;
            }));
    return new StepRunner(run, scope, run.journal()::handOver).run(call);
  }

  /** What the code of a compensation sees: its attempt, and what is known of what it undoes. */
  private record OwnCompensation(Step step, Undoes undoes) implements Compensation {
    @Override
    public String runId() {
      return step.runId();
    }

    @Override
    public String name() {
      return step.name();
    }

    @Override
    public int attempt() {
      return step.attempt();
    }

    @Override
    public String idempotencyKey() {
      return step.idempotencyKey();
    }

    @Override
    public void progress(double fraction, String text) {
      step.progress(fraction, text);
    }

    @Override
    public void log(String line) {
      step.log(line);
    }
  }
}
