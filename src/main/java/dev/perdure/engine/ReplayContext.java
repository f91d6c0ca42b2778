package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.JournalException;
import dev.perdure.workflow.Branch;
import dev.perdure.workflow.Branches;
import dev.perdure.workflow.CompensationFunction;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.Names;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a body talks to: checks who calls, finds the place of each call in the journal, and hands it
 * to those who carry it out. Belongs to the thread that made it.
 */
final class ReplayContext implements RunContext {

  private static final Logger LOG = System.getLogger(ReplayContext.class.getName());
  private static final int SIGNALS_MAX = 100;
  private static final Duration WAIT_MAX = Duration.ofDays(3_653);

  private final ActiveRun run;
  private final Scope scope;
  private final Values values;
  private final Calls calls;
  private final StepRunner steps;
  private final Waits waits;
  private final SignalWaits signals;
  private final ChildRuns children;
  private final FanOuts fanOuts;
  private final RecordedValues recordedValues;
  private final Thread owner = Thread.currentThread();
  private @Nullable Unwind unwinding;

  ReplayContext(ActiveRun run, Scope scope) {
    this.run = run;
    this.scope = scope;
    this.values = run.core().values();
    this.calls = new Calls(run, scope);
    this.steps = new StepRunner(run, scope, run.journal()::handOver);
    this.waits = new Waits(run, scope, calls);
    this.signals = new SignalWaits(run, scope, calls);
    this.children = new ChildRuns(run, scope, calls);
    this.fanOuts = new FanOuts(run, scope, calls);
    this.recordedValues = new RecordedValues(run, calls);
  }

  @Override
  public String runId() {
    return run.id().toString();
  }

  @Override
  public <I, O extends @Nullable Object> O step(
      String name, I input, TypeToken<O> output, StepFunction<I, O> code, StepOptions options) {
    requireNonNull(code, "code");
    var work = new StepCall.Work.Plain(step -> values.encode(code.run(input, step), output));
    return step(EntryKind.STEP, name, input, output, work, options);
  }

  @Override
  public <I, O extends @Nullable Object> O transaction(
      String name,
      I input,
      TypeToken<O> output,
      TransactionFunction<I, O> code,
      StepOptions options) {
    requireNonNull(code, "code");
    options.requireForTransaction();
    var work = TransactionWork.of(run.core(), () -> input, output, code);
    return step(EntryKind.TRANSACTION, name, input, output, work, options);
  }

  @Override
  public <O> O transaction(String name, Class<O> output, TransactionBody<O> code) {
    return transaction(
        name,
        NO_INPUT,
        TypeToken.get(output),
        (_, transaction, step) -> code.run(transaction, step),
        StepOptions.DEFAULT);
  }

  private static final List<String> NO_INPUT = List.of();

  private <O extends @Nullable Object> O step(
      String kind,
      String name,
      @Nullable Object input,
      TypeToken<O> output,
      StepCall.Work work,
      StepOptions options) {
    Names.check("step name", name);
    return asked(() -> {
      String json = values.encodeInput(input);
      var place = calls.next(kind, name, values.digest(json));
      return value(name, steps.run(new StepCall(place, json, options, work)), output);
    });
  }

  private <O extends @Nullable Object> O value(String name, StepEnd end, TypeToken<O> type) {
    return switch (end) {
      case StepEnd.Completed(var json) -> take(name, json, type);
      case StepEnd.Failed(var error, var _) ->
          throw new StepFailedException(name, error.code(), error.type(), error.message());
    };
  }

  private <O extends @Nullable Object> O take(String name, Json json, TypeToken<O> type) {
    try {
      return json.take(values, type);
    } catch (ValueException e) {
      throw Unwind.blocked(Reasons.unreadable("output of step \"" + name + "\"", e));
    }
  }

  @Override
  public <I, O> List<O> map(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options) {
    return asked(() -> fanOuts.map(name, items, output, code, options));
  }

  @Override
  public <I, O> List<Outcome<O>> mapAll(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options) {
    return asked(() -> fanOuts.mapAll(name, items, output, code, options));
  }

  @Override
  public <I, O> List<O> mapScoped(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options) {
    return asked(() -> fanOuts.mapScoped(name, items, output, code, options));
  }

  @Override
  public <I, O> List<Outcome<O>> mapScopedAll(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options) {
    return asked(() -> fanOuts.mapScopedAll(name, items, output, code, options));
  }

  @Override
  public Branches parallel(String name, FanOut options, Branch<?>... branches) {
    return asked(() -> fanOuts.parallel(name, options, true, List.of(branches)));
  }

  @Override
  public Branches parallelAll(String name, FanOut options, Branch<?>... branches) {
    return asked(() -> fanOuts.parallel(name, options, false, List.of(branches)));
  }

  @Override
  public void sleep(String name, Duration duration) {
    Names.check("name", name);
    checkWait(duration);
    asked(() -> {
      waits.sleep(name, duration);
      return true;
    });
  }

  private static void checkWait(Duration duration) {
    if (duration.compareTo(WAIT_MAX) > 0) {
      throw new IllegalArgumentException("A wait takes at most 10 years, not " + duration);
    }
  }

  @Override
  public void sleepUntil(String name, Instant instant) {
    Names.check("name", name);
    requireNonNull(instant, "instant");
    asked(() -> {
      waits.sleepUntil(name, instant);
      return true;
    });
  }

  @Override
  public <T> Optional<T> await(String signal, TypeToken<T> type, Duration timeout) {
    checkWait(timeout);
    return take(List.of(signal), timeout)
        .map(taken -> payload(taken.name(), taken.payload(), type));
  }

  @Override
  public <T> T await(String signal, Class<T> type) {
    var taken = take(List.of(signal), null).orElseThrow();
    return payload(taken.name(), taken.payload(), TypeToken.get(type));
  }

  @Override
  public Optional<Signal> awaitAny(Duration timeout, String... names) {
    checkWait(timeout);
    var asked = List.of(names);
    if (asked.isEmpty()
        || asked.size() > SIGNALS_MAX
        || asked.stream().distinct().count() < asked.size()) {
      throw new IllegalArgumentException("awaitAny takes 1 to 100 different names, not " + asked);
    }
    return take(asked, timeout).map(taken -> new TakenSignal(taken.name(), taken.payload()));
  }

  private Optional<SignalWaits.Taken> take(List<String> names, @Nullable Duration timeout) {
    names.forEach(name -> Names.check("signal name", name));
    return asked(() -> signals.await(names, timeout));
  }

  private final class TakenSignal implements Signal {
    private final String name;
    private final String payload;

    private TakenSignal(String name, String payload) {
      this.name = name;
      this.payload = payload;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public <T> T as(Class<T> type) {
      return payload(name, payload, TypeToken.get(type));
    }
  }

  /** What comes from outside may be anything: that is for the body to deal with. */
  private <T> T payload(String name, String json, TypeToken<T> type) {
    try {
      return values.decode(json, type);
    } catch (ValueException e) {
      throw new StepFailedException(
          name,
          ErrorRecords.VALUE,
          e.getClass().getName(),
          "The payload of the signal is not of the type that was asked for: " + e.getMessage());
    }
  }

  @Override
  public <I, O extends @Nullable Object> O child(
      String name, String workflow, I input, TypeToken<O> output) {
    Names.check("name", name);
    return asked(() -> {
      var end = children.await(name, workflow, values.encodeInput(input));
      return value(name, end, output);
    });
  }

  @Override
  public <I> String startChild(String name, String workflow, I input) {
    Names.check("name", name);
    return asked(() -> children.start(name, workflow, values.encodeInput(input)));
  }

  @Override
  public <I> void onFailure(
      String name, I input, CompensationFunction<I> code, StepOptions options) {
    Names.check("compensation name", name);
    requireNonNull(code, "code");
    asked(() -> {
      String json = values.encodeInput(input);
      run.compensations()
          .add(
              new Compensations.Registered(
                  scope.path(),
                  scope.takeUndo(),
                  scope.nextPosition(),
                  name,
                  json,
                  values.digest(json),
                  options,
                  compensation -> code.run(input, compensation)));
      return true;
    });
  }

  @Override
  public Instant now() {
    return asked(recordedValues::now);
  }

  @Override
  public double random() {
    return asked(recordedValues::random);
  }

  @Override
  public UUID uuid() {
    return asked(recordedValues::uuid);
  }

  @Override
  public int version(String change, int current) {
    Names.check("name of a change", change);
    if (current < 1) {
      throw new IllegalArgumentException("A version is 1 or more, not " + current);
    }
    return asked(() -> recordedValues.version(change, current));
  }

  /** Carries out a call, and leaves the body for what is none of its business. */
  private <T extends @Nullable Object> T asked(Supplier<T> call) {
    checkCaller();
    try {
      return call.get();
    } catch (Unwind e) {
      throw unwinding(e);
    } catch (JournalException e) {
      if (e instanceof JournalException.Broken) {
        LOG.log(Level.ERROR, "Run " + run.id() + " can not go on.", e);
      }
      throw unwinding(Unwind.of(e));
    }
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
    calls.checkConsumed();
  }

  private void checkCaller() {
    if (!Thread.currentThread().equals(owner)) {
      throw new IllegalStateException(
          "The context of run "
              + run.id()
              + " was used from another thread. A RunContext belongs to the thread that runs the"
              + " body.");
    }
    rethrowUnwinding();
  }
}
