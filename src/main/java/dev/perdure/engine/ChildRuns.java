package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Ending;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.WaitingFor;
import dev.perdure.workflow.LimitExceededException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The runs that one scope starts, and their ends that it waits for. */
final class ChildRuns {

  private static final int NESTED_MAX = 16;

  private final ActiveRun run;
  private final EngineCore core;
  private final Scope scope;
  private final Calls calls;

  ChildRuns(ActiveRun run, Scope scope, Calls calls) {
    this.run = run;
    this.core = run.core();
    this.scope = scope;
    this.calls = calls;
  }

  /** Starts a run, or goes on to wait for it; its output as JSON, or how it failed. */
  StepEnd await(String name, String workflow, String input) {
    var place = calls.nextEvenIfEnding(EntryKind.CHILD, name, digest(workflow, input));
    var recorded = place.recorded();
    if (recorded == null) {
      throw start(place, workflow, input);
    }
    return switch (recorded.status()) {
      case COMPLETED -> new StepEnd.Completed(Recorded.output(recorded));
      case FAILED -> Recorded.failure(recorded);
      case CANCELLED -> throw Recorded.leaving(scope);
      case PENDING, RUNNING, BLOCKED -> look(place, workflow);
    };
  }

  /** Starts a run that lives by itself; its id. */
  String start(String name, String workflow, String input) {
    var place = calls.next(EntryKind.START, name, digest(workflow, input));
    var recorded = place.recorded();
    if (recorded != null) {
      return Recorded.output(recorded).take(core.values(), Values.STRING);
    }
    var child = child(workflow, input, null);
    Instant now = core.time().instant();
    run.journal()
        .commit(
            place.record(child.input(), "\"" + child.id() + "\"", now),
            new Change.ChildStarted(place.ordinal(), child, false));
    core.others().pendingAdded(1);
    return child.id().toString();
  }

  private String digest(String workflow, String input) {
    return core.values().digest("{\"workflow\":\"" + workflow + "\",\"input\":" + input + "}");
  }

  private Unwind start(Place place, String workflow, String input) {
    var child = child(workflow, input, run.loaded().deadline());
    Instant now = core.time().instant();
    var shown = shown(place, workflow, now);
    run.journal()
        .commit(
            place.begin(child.input(), shown, now),
            new Change.ChildStarted(place.ordinal(), child, true));
    core.others().pendingAdded(1);
    return Unwind.parked(Park.forMail(shown));
  }

  private Command.StartRun child(String workflow, String input, @Nullable Instant deadline) {
    checkNesting();
    return PendingRuns.of(core, workflow, input, deadline);
  }

  private void checkNesting() {
    int depth = 1;
    for (var above = run.loaded().parent(); above != null; above = parentOf(above)) {
      if (++depth >= NESTED_MAX) {
        throw new LimitExceededException(
            "Runs are nested more than 16 deep. Let a run further up start this one.");
      }
    }
  }

  private @Nullable RunId parentOf(RunId id) {
    var found = core.await().read(() -> core.journal().reader().run(id));
    return found.isEmpty() ? null : found.get().parent();
  }

  /** The child first, then its parent: one that has not ended is waited for, whatever comes. */
  private StepEnd look(Place place, String workflow) {
    var child = child(place);
    return switch (child.run().status()) {
      case COMPLETED -> completed(place, child);
      case FAILED -> failed(place, child, ErrorRecords.CHILD_FAILED);
      case CANCELLED -> failed(place, child, ErrorRecords.CHILD_CANCELLED);
      case PENDING, RUNNING, BLOCKED -> throw wait(place, workflow, child.run());
    };
  }

  private RunDetail child(Place place) {
    return core.await()
        .read(() -> core.journal().reader().child(run.id(), place.ordinal()))
        .orElseThrow();
  }

  /** A child that began while its run was being cancelled has not been reached by that. */
  private Unwind wait(Place place, String workflow, RunRecord child) {
    if (isCancelled() && child.ending() == null) {
      core.others().cancel(child.id());
    }
    return Unwind.parked(Park.forMail(shown(place, workflow, child.createdAt())));
  }

  private boolean isCancelled() {
    return scope.ending() instanceof Unwind.Why.Ended(var ending) && ending == Ending.CANCELLED;
  }

  private StepEnd completed(Place place, RunDetail child) {
    var output = child.output();
    if (output == null || output.json() == null) {
      throw new IllegalStateException("The completed run " + child.run().id() + " has no output.");
    }
    write(place, place.complete(output.json(), core.time().instant()));
    return new StepEnd.Completed(Json.stored(output.json()));
  }

  private StepEnd failed(Place place, RunDetail child, String code) {
    var error = errorOf(child, code);
    var reason = Reasons.childFailed(place.name(), child.run());
    write(place, new Change.EntryFailed(place.ordinal(), error, reason, core.time().instant()));
    return new StepEnd.Failed(error, reason);
  }

  private static ErrorRecord errorOf(RunDetail child, String code) {
    var error = child.error();
    return error == null
        ? new ErrorRecord(
            code,
            "java.util.concurrent.CancellationException",
            "The run " + child.run().id() + " was cancelled.",
            null)
        : new ErrorRecord(code, error.type(), error.message(), error.trace());
  }

  /** The end, and the message that told of it. */
  private void write(Place place, Change end) {
    var changes = new ArrayList<Change>();
    changes.add(end);
    message(place)
        .ifPresent(
            message -> changes.add(new Change.SignalTaken(message.number(), place.ordinal())));
    run.journal().commit(changes.toArray(Change[]::new));
  }

  private Optional<SignalRecord> message(Place place) {
    String ordinal = Integer.toString(place.ordinal());
    return run.inbox()
        .take(message ->
            message.name().equals(SignalRecord.CHILD_ENDED) && message.payload().equals(ordinal));
  }

  private static WaitingFor shown(Place place, String workflow, Instant since) {
    return new WaitingFor(WaitingFor.Kind.CHILD, place.name() + " (" + workflow + ")", since, null);
  }
}
