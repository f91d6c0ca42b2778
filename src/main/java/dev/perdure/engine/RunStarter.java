package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.IdempotencyKey;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.RunId;
import dev.perdure.workflow.SequenceStep;
import dev.perdure.workflow.Workflow;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores new runs. When a place is free the run is stored as running, and a sequence's first
 * attempt begins in the same commit; else it is stored as pending and waits its turn.
 */
final class RunStarter {

  private final EngineCore core;
  private final RunIds ids;
  private final Admission admission;
  private final Consumer<LoadedRun> launch;

  RunStarter(EngineCore core, RunIds ids, Admission admission, Consumer<LoadedRun> launch) {
    this.core = core;
    this.ids = ids;
    this.admission = admission;
    this.launch = launch;
  }

  /**
   * Stores a run and makes it go. The future completes when the run is durable.
   *
   * @param input checked JSON
   */
  CompletableFuture<StartResult> start(
      Definition definition, String input, @Nullable IdempotencyKey key, @Nullable Instant slot) {
    RunId id = ids.next();
    if (!admission.tryTakePlace()) {
      return store(definition, id, input, key, slot, List.of(), false)
          .whenComplete((result, _) -> admission.pendingAdded(isNew(result) ? 1 : 0));
    }
    var begun = firstAttempt(definition, id);
    List<Change> changes = begun == null ? List.of() : List.of(begins(definition, input, begun));
    var run = new LoadedRun(id, 0, definition, input, List.of(), false, begun);
    return store(definition, id, input, key, slot, changes, true)
        .whenComplete((result, _) -> go(run, isNew(result)));
  }

  private static boolean isNew(@Nullable StartResult result) {
    return result instanceof StartResult.Started;
  }

  private void go(LoadedRun run, boolean isNew) {
    if (isNew) {
      launch.accept(run);
      return;
    }
    if (run.begun() != null) {
      core.gate().leave(run.begun());
    }
    admission.leave();
  }

  /** The first step's first attempt, if it is a sequence and may start now. */
  private @Nullable Attempt firstAttempt(Definition definition, RunId id) {
    if (!(definition.workflow().body() instanceof Workflow.Body.Sequence<?, ?> sequence)) {
      return null;
    }
    SequenceStep<?, ?> first = sequence.steps().getFirst();
    var attempt = new Attempt(id, 0, first.name(), 1, first.options(), core.time());
    return core.gate().tryEnter(attempt, false) ? attempt : null;
  }

  private Change begins(Definition definition, String input, Attempt first) {
    return new Change.AttemptStarted(
        0,
        "",
        0,
        StepCall.KIND,
        first.name(),
        null,
        input,
        1,
        definition.plan().getFirst().maxRetries() + 1,
        false,
        core.time().instant());
  }

  private CompletableFuture<StartResult> store(
      Definition definition,
      RunId id,
      String input,
      @Nullable IdempotencyKey key,
      @Nullable Instant slot,
      List<Change> changes,
      boolean running) {
    return core.journal()
        .submit(
            new Command.StartRun(
                id,
                definition.workflow().name(),
                definition.workflow().version(),
                definition.plan(),
                input,
                key,
                slot,
                changes,
                running,
                core.time().instant()));
  }
}
