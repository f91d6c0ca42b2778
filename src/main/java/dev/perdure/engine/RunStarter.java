package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.IdempotencyKey;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.RunId;
import dev.perdure.workflow.SequenceStep;
import dev.perdure.workflow.Workflow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores new runs. When a place is free the run is stored as running, and a sequence's first
 * attempt begins in the same commit; else it is stored as pending and waits its turn.
 */
final class RunStarter {

  /** A run that is about to be stored. All of its beginning bears one time. */
  private record Fresh(
      RunId id,
      Definition definition,
      Json input,
      @Nullable IdempotencyKey key,
      @Nullable Instant slot,
      Instant at) {}

  private final EngineCore core;
  private final RunIds ids;
  private final Admission admission;
  private final LiveRuns live;
  private final Consumer<LoadedRun> launch;

  RunStarter(
      EngineCore core, RunIds ids, Admission admission, LiveRuns live, Consumer<LoadedRun> launch) {
    this.core = core;
    this.ids = ids;
    this.admission = admission;
    this.live = live;
    this.launch = launch;
  }

  /**
   * Stores a run and makes it go. The future completes when the run is durable.
   *
   * @param input checked
   */
  CompletableFuture<StartResult> start(
      Definition definition, Json input, @Nullable IdempotencyKey key, @Nullable Instant slot) {
    var fresh = new Fresh(ids.next(), definition, input, key, slot, core.time().instant());
    if (!admission.tryTakePlace()) {
      return store(fresh, List.of(), false)
          .whenComplete((result, _) -> admission.pendingAdded(isNew(result) ? 1 : 0));
    }
    var begun = firstAttempt(fresh);
    List<Change> changes = begun == null ? List.of() : List.of(begins(fresh, begun));
    var run =
        new LoadedRun(
            fresh.id(),
            0,
            definition,
            input,
            List.of(),
            deadlines(definition),
            begun,
            definition.deadline(fresh.at()),
            null,
            null);
    live.expect(fresh.id());
    return store(fresh, changes, true).whenComplete((result, _) -> go(run, isNew(result)));
  }

  /** The time of the run begins now, by the monotonic clock as well. */
  private Map<Integer, Long> deadlines(Definition definition) {
    return definition
        .workflow()
        .timeout()
        .map(limit -> Map.of(Timers.RUN, core.time().nanos() + limit.toNanos()))
        .orElse(Map.of());
  }

  private static boolean isNew(@Nullable StartResult result) {
    return result instanceof StartResult.Started;
  }

  private void go(LoadedRun run, boolean isNew) {
    if (isNew) {
      launch.accept(run);
      return;
    }
    live.giveUp(run.id());
    if (run.begun() != null) {
      core.gate().leave(run.begun());
    }
    admission.leave();
  }

  /** The first step's first attempt, if it is a sequence and may start now. */
  private @Nullable Attempt firstAttempt(Fresh run) {
    if (!(run.definition().workflow().body() instanceof Workflow.Body.Sequence<?, ?> sequence)) {
      return null;
    }
    if (!(sequence.steps().getFirst() instanceof SequenceStep.Plain<?, ?> first)) {
      return null;
    }
    var attempt = new Attempt(run.id(), 0, first.name(), 1, first.options(), core.time());
    return core.gate().tryEnter(attempt, false) ? attempt : null;
  }

  private static Change begins(Fresh run, Attempt first) {
    return new Change.AttemptStarted(
        0,
        "",
        0,
        EntryKind.STEP,
        first.name(),
        null,
        run.input().text(),
        1,
        run.definition().plan().getFirst().maxRetries() + 1,
        false,
        run.at());
  }

  private CompletableFuture<StartResult> store(Fresh run, List<Change> changes, boolean running) {
    return core.journal()
        .submit(
            new Command.StartRun(
                run.id(),
                run.definition().workflow().name(),
                run.definition().workflow().version(),
                run.definition().plan(),
                run.input().text(),
                run.key(),
                run.slot(),
                run.definition().deadline(run.at()),
                changes,
                running,
                run.at()));
  }
}
