package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.StepRecord;
import dev.perdure.workflow.Branch;
import dev.perdure.workflow.Branches;
import dev.perdure.workflow.CompensationFunction;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.Outcome;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Signal;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.TransactionBody;
import dev.perdure.workflow.TransactionFunction;
import dev.perdure.workflow.WorkflowBody;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a code workflow talks to. While entries of the journal remain, each call must
 * equal the next one; behind the last, calls are new. Belongs to the run's thread.
 */
final class ReplayContext implements RunContext {

  private static final Logger LOG = System.getLogger(ReplayContext.class.getName());

  private final EngineCore core;
  private final LoadedRun run;
  private final StepRunner steps;
  private final Thread owner = Thread.currentThread();
  private int position;
  private @Nullable Unwind unwinding;

  ReplayContext(EngineCore core, LoadedRun run, RunJournal journal) {
    this.core = core;
    this.run = run;
    this.steps = new StepRunner(core, run.id(), journal, run.dueChecked(), journal::handOver);
  }

  @Override
  public String runId() {
    return run.id().toString();
  }

  @Override
  public <I, O extends @Nullable Object> O step(
      String name, I input, TypeToken<O> output, StepFunction<I, O> code, StepOptions options) {
    checkCaller();
    requireNonNull(name, "name");
    requireNonNull(code, "code");
    try {
      var call = call(name, input, output, code, options);
      var recorded = next(call);
      return switch (steps.run(call, recorded)) {
        case StepEnd.Completed(var json) -> read(name, json, output);
        case StepEnd.Failed(var error, var _) ->
            throw new StepFailedException(name, error.code(), error.type(), error.message());
      };
    } catch (Unwind e) {
      throw unwinding(e);
    } catch (JournalException.Failed | JournalException.Closed e) {
      throw unwinding(Unwind.stopped());
    } catch (JournalException e) {
      LOG.log(Level.ERROR, "Run " + run.id() + " can not go on.", e);
      throw unwinding(new Unwind(new Unwind.Why.Blocked(Reasons.internal(e), null, 0)));
    }
  }

  @Override
  public <I, O extends @Nullable Object> O transaction(
      String name,
      I input,
      TypeToken<O> output,
      TransactionFunction<I, O> code,
      StepOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <O> O transaction(String name, Class<O> output, TransactionBody<O> code) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <I, O> List<O> map(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <I, O> List<Outcome<O>> mapAll(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <I, O> List<O> mapScoped(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <I, O> List<Outcome<O>> mapScopedAll(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Branches parallel(String name, FanOut options, Branch<?>... branches) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Branches parallelAll(String name, FanOut options, Branch<?>... branches) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sleep(String name, Duration duration) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sleepUntil(String name, Instant instant) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> Optional<T> await(String signal, TypeToken<T> type, Duration timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T await(String signal, Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Signal> awaitAny(Duration timeout, String... signals) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <I, O extends @Nullable Object> O child(
      String name, String workflow, I input, TypeToken<O> output) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <I> String startChild(String name, String workflow, I input) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <I> void onFailure(
      String name, I input, CompensationFunction<I> code, StepOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Instant now() {
    throw new UnsupportedOperationException();
  }

  @Override
  public double random() {
    throw new UnsupportedOperationException();
  }

  @Override
  public UUID uuid() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int version(String change, int current) {
    throw new UnsupportedOperationException();
  }

  /** A body may catch what its steps throw; the engine's own trouble is none of its business. */
  private Unwind unwinding(Unwind why) {
    unwinding = why;
    return why;
  }

  /** The body caught what should have unwound it, or returned all the same: leave it now. */
  void rethrowUnwinding() {
    if (unwinding != null) {
      throw unwinding;
    }
  }

  /** A body must have asked for everything that the journal holds. */
  void checkConsumed() {
    run.recordedAt(position)
        .ifPresent(left -> {
          throw new Unwind(new Unwind.Why.Blocked(Reasons.unconsumed(position, left), null, 0));
        });
  }

  private void checkCaller() {
    rethrowUnwinding();
    if (!Thread.currentThread().equals(owner)) {
      throw new IllegalStateException(
          "The context of run "
              + run.id()
              + " was used from another thread. A RunContext belongs to the thread that runs the"
              + " body.");
    }
  }

  private <I, O extends @Nullable Object> StepCall call(
      String name, I input, TypeToken<O> output, StepFunction<I, O> code, StepOptions options) {
    String json = core.values().encodeInput(input);
    return new StepCall(
        position,
        "",
        position,
        name,
        json,
        core.values().digest(json),
        options,
        step -> core.values().encode(code.run(input, step), output));
  }

  private @Nullable StepRecord next(StepCall call) {
    var recorded = run.recordedAt(position).orElse(null);
    if (recorded != null && !isSame(recorded, call)) {
      throw new Unwind(
          new Unwind.Why.Blocked(
              Reasons.mismatch(
                  position,
                  Reasons.describe(recorded),
                  Reasons.describe(StepCall.KIND, call.name(), call.inputDigest())),
              null,
              0));
    }
    position++;
    return recorded;
  }

  private static boolean isSame(StepRecord recorded, StepCall call) {
    return recorded.kind().equals(StepCall.KIND)
        && recorded.name().equals(call.name())
        && (recorded.inputDigest() == null || recorded.inputDigest().equals(call.inputDigest()));
  }

  private <O extends @Nullable Object> O read(String name, String json, TypeToken<O> type) {
    try {
      return core.values().decode(json, type);
    } catch (ValueException e) {
      throw new Unwind(
          new Unwind.Why.Blocked(
              Reasons.unreadable("output of step \"" + name + "\"", e), null, 0));
    }
  }
}
