package dev.perdure.testing;

import com.google.gson.reflect.TypeToken;
import dev.perdure.engine.Engine;
import dev.perdure.engine.StartException;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.workflow.SqlQuery;
import dev.perdure.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs workflows in a test: with the real engine, time that moves only when the test says so, and
 * no server. Every call returns when nothing moves any more: each run has ended or waits. A run
 * that waits is unloaded, as it is in production, and goes on by replay.
 *
 * <pre>{@code
 * try (var test = WorkflowTester.of(Orders.workflow())) {
 *   test.stub("charge").fails(new IOException("down")).returns(new Payment("p-1"));
 *   var run = test.start(new Order("42"));
 *   test.advance(Duration.ofDays(1));
 *   run.signal("approval", new Approval(true));
 *   assertEquals(Receipt.of("42"), run.output(Receipt.class));
 * }
 * }</pre>
 *
 * <p>The journal is in memory; for workflows that declare tables, or whose sequence has a
 * transactional step, it is a real database in a temporary directory. A code workflow that uses SQL
 * without declaring tables needs {@link #onSqlite}.
 *
 * <p>A step that waits for time to move, or for the test, never lets a call return; after 30 s of
 * real time it throws an {@link AssertionError}. Stub such a step with {@link StepStub#hangs()}.
 * Belongs to the thread of the test.
 *
 * @param <I> the input of the workflow that is tested
 */
public final class WorkflowTester<I> implements AutoCloseable {

  /** When the time of a test begins. */
  public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private static final Duration TICK = Duration.ofMillis(1);
  private static final int STEPS_MAX = 1_000;
  private static final int VALUE_BYTES_MAX = 1 << 20;

  /** What a test does with a workflow. */
  @FunctionalInterface
  public interface Scenario<I> {
    void run(WorkflowTester<I> test) throws Exception;
  }

  private final Workflow<I, ?> workflow;
  private final List<Workflow<?, ?>> stubbed;
  private final ManualTime time;
  private final TestStorage storage;
  private final StubbedSteps steps;
  private final CompletedOnce completedOnce;
  private final List<TestRun> runs = new ArrayList<>();
  private TestProcess process;
  private int processes;
  private int requests;

  WorkflowTester(
      Workflow<I, ?> workflow, List<Workflow<?, ?>> others, boolean sqlite, int crashBehind) {
    this.workflow = workflow;
    this.time = new ManualTime(START);
    this.storage = sqlite ? new TestStorage.Sqlite(time) : new TestStorage.Memory();
    this.steps = new StubbedSteps(() -> currentQuiescence());
    this.completedOnce = new CompletedOnce(steps);
    var stubs = new StubbedWorkflow(steps);
    this.stubbed = new ArrayList<>(List.of(stubs.of(workflow)));
    others.forEach(other -> stubbed.add(stubs.of(other)));
    this.process = newProcess(crashBehind);
    process.start();
    settle();
  }

  private TestProcess newProcess(int crashBehind) {
    return new TestProcess(storage.open(), time, stubbed, crashBehind, ++processes);
  }

  private Quiescence currentQuiescence() {
    return process.quiescence();
  }

  /**
   * Tests a workflow.
   *
   * @param others more workflows, that it starts as children
   */
  public static <I> WorkflowTester<I> of(Workflow<I, ?> workflow, Workflow<?, ?>... others) {
    return new WorkflowTester<>(workflow, List.of(others), needsSql(workflow, others), 0);
  }

  /** The same with the journal in a real database, in a temporary directory. */
  public static <I> WorkflowTester<I> onSqlite(Workflow<I, ?> workflow, Workflow<?, ?>... others) {
    return new WorkflowTester<>(workflow, List.of(others), true, 0);
  }

  /**
   * Plays a scenario once as it is, and then once for each write to the journal, with a crash
   * behind that write and a restart. Each time every run that the scenario has started must end as
   * it did without a crash, and no step that was completed before the crash may have run again.
   *
   * <p>Whatever the scenario itself asserts must hold with a crash too: the times that a step is
   * carried out, for one, do not. Each time the scenario begins with a new tester, so it sets its
   * stubs anew; its own state it has to reset by itself.
   *
   * @return how many crashes there were
   * @throws AssertionError naming the write behind which a crash makes a difference
   */
  public static <I> int crashEverywhere(
      Workflow<I, ?> workflow, Scenario<I> scenario, Workflow<?, ?>... others) {
    return new CrashEverywhere<>(
            scenario,
            crashBehind ->
                new WorkflowTester<>(
                    workflow, List.of(others), needsSql(workflow, others), crashBehind))
        .play();
  }

  private static boolean needsSql(Workflow<?, ?> workflow, Workflow<?, ?>... others) {
    return StubbedWorkflow.needsSql(workflow)
        || List.of(others).stream().anyMatch(StubbedWorkflow::needsSql);
  }

  /** What the steps of this name do instead of their own code, in all workflows of the test. */
  public StepStub stub(String step) {
    return steps.stub(step);
  }

  /** How often steps of this name have been carried out, stubs and crashed attempts included. */
  public int times(String step) {
    return steps.times(step);
  }

  /** Starts a run. */
  public TestRun start(I input) {
    return start(workflow, input);
  }

  /** Starts a run of one of the other workflows. */
  public <J> TestRun start(Workflow<J, ?> other, J input) {
    var key = "start-" + ++requests;
    var id = ask(engine -> engine.start(other, input, key).id());
    var run = new TestRun(this, id);
    runs.add(run);
    return run;
  }

  /** A run that another one has started. */
  public TestRun run(RunId id) {
    return new TestRun(this, id);
  }

  /**
   * Reads the tables of workflows, when the journal is a real database.
   *
   * @throws Exception what the query throws
   */
  public <T> T read(SqlQuery<T> query) throws Exception {
    return process.engine().read(query);
  }

  /** The time of the test. */
  public Instant now() {
    return time.instant();
  }

  /** Lets this much time pass. All that becomes due on the way happens at its own time. */
  public void advance(Duration duration) {
    long end = time.nanos() + duration.toNanos();
    settle();
    for (var next = dueBefore(end); next.isPresent(); next = dueBefore(end)) {
      time.advance(next.get());
      settle();
    }
    time.advance(Duration.ofNanos(end - time.nanos()));
    settle();
  }

  private Optional<Duration> dueBefore(long end) {
    return time.untilNext().filter(next -> time.nanos() + next.toNanos() <= end);
  }

  /**
   * Lets time pass, from one due wait of the run or its children to the next, until it has ended or
   * waits for what time does not bring: a signal without a timeout, or a person.
   */
  public TestRun runToEnd(TestRun run) {
    settle();
    for (var next = untilDue(run.id()); next.isPresent(); next = untilDue(run.id())) {
      advance(next.get());
    }
    return run;
  }

  /** How long it is until the run, or a run that it waits for, may go on; empty for never. */
  private Optional<Duration> untilDue(RunId id) {
    var detail = detail(id);
    if (detail.run().status() != Status.RUNNING) {
      return Optional.empty();
    }
    var own = untilDue(detail.run());
    var children =
        detail.steps().stream()
            .filter(step -> step.status() == Status.RUNNING && step.child() != null)
            .flatMap(step -> untilDue(step.child()).stream());
    return Stream.concat(own.stream(), children).min(Duration::compareTo);
  }

  private Optional<Duration> untilDue(RunRecord run) {
    var waitingFor = run.waitingFor();
    if (waitingFor == null) {
      return time.untilNext();
    }
    return Optional.ofNullable(waitingFor.until())
        .map(until -> Duration.between(time.instant(), until))
        .map(left -> left.compareTo(TICK) < 0 ? TICK : left);
  }

  /** Kills the engine between two moments and starts it anew. */
  public void crash() {
    restart();
    settle();
  }

  /** Waits until each run has ended or waits; after a crash, of the next process. */
  private void settle() {
    process.quiescence().await();
    while (process.isCrashed()) {
      restart();
      process.quiescence().await();
    }
  }

  private void restart() {
    completedOnce.look(process.engine(), runs);
    process.end();
    process = newProcess(0);
    process.start();
  }

  /** Asks the engine for something, and asks again when it has died over it, as clients do. */
  private <T> T ask(Function<Engine, T> request) {
    while (true) {
      try {
        var answer = request.apply(process.engine());
        settle();
        return answer;
      } catch (JournalException | StartException.NotAccepting e) {
        if (!process.isCrashed()) {
          throw e;
        }
        settle();
      }
    }
  }

  void signal(RunId id, String name, @Nullable Object payload) {
    var requestId = "signal-" + ++requests;
    var result = ask(engine -> engine.signal(id, name, requestId, engine.encodeAny(payload)));
    if (!(result instanceof SignalResult.Stored || result instanceof SignalResult.Known)) {
      throw new IllegalStateException("Signal " + name + " to run " + id + ": " + result);
    }
  }

  void cancel(RunId id) {
    var result = ask(engine -> engine.cancelRun(id));
    boolean isRepeated =
        result instanceof CancelResult.RunEnded ended && ended.status() == Status.CANCELLED;
    if (!(result instanceof CancelResult.Accepted || isRepeated)) {
      throw new IllegalStateException("Cancelling run " + id + ": " + result);
    }
  }

  RunDetail detail(RunId id) {
    return process.engine().reader().detail(id, 0, STEPS_MAX, VALUE_BYTES_MAX).orElseThrow();
  }

  <T> T decode(String json, TypeToken<T> type) {
    return process.engine().decode(json, type);
  }

  /** The runs that the test has started. */
  List<TestRun> runs() {
    return runs;
  }

  /** How many processes there have been. */
  int processes() {
    return processes;
  }

  /**
   * No step that had been completed at a crash has run again.
   *
   * @throws AssertionError when one has
   */
  void checkCompletedOnce() {
    completedOnce.check();
  }

  @Override
  public void close() {
    process.end();
    storage.close();
  }
}
