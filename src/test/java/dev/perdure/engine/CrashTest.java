package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the engine between any two writes, and looks at what the next one makes of it. */
class CrashTest {

  private static final int STEPS = 4;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path directory;
  private ManualTime time = new ManualTime(TestEngine.START);

  /** How often the code of each step ran, over all lives of the engine. */
  private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();

  @BeforeEach
  void forget() {
    effects.clear();
  }

  private String effect(String step, String value) {
    effects.computeIfAbsent(step, _ -> new AtomicInteger()).incrementAndGet();
    return value + step.charAt(step.length() - 1);
  }

  private Workflow<String, String> sequence() {
    var builder =
        Workflow.named("letters")
            .input(String.class, "")
            .step("s0", String.class, (in, _) -> effect("s0", in));
    for (int i = 1; i < STEPS; i++) {
      String name = "s" + i;
      builder = builder.step(name, String.class, (in, _) -> effect(name, in));
    }
    return builder.build();
  }

  private Workflow<String, String> code() {
    return Workflow.named("letters")
        .input(String.class, "")
        .code(
            String.class,
            (in, context) -> {
              String value = in;
              for (int i = 0; i < STEPS; i++) {
                value = step(context, "s" + i, value);
              }
              return value;
            });
  }

  private String step(RunContext context, String name, String in) {
    return context.step(name, in, String.class, (text, _) -> effect(name, text));
  }

  private TestEngine.Setup setup() {
    return TestEngine.Setup.in(directory, time);
  }

  @Test
  void aSequenceKilledAtAnyWriteEndsAsIfNothingHadHappened() {
    killAtEveryWrite(sequence());
  }

  @Test
  void aCodeWorkflowKilledAtAnyWriteEndsAsIfNothingHadHappened() {
    killAtEveryWrite(code());
  }

  private void killAtEveryWrite(Workflow<String, String> workflow) {
    int crashes = 0;
    boolean crashed = true;
    // The first command of an engine is to take over; a run can only begin after it.
    for (int writes = 4; crashed; writes++) {
      effects.clear();
      crashed = killAfter(writes, workflow);
      crashes += crashed ? 1 : 0;
    }
    assertTrue(crashes >= STEPS, "only " + crashes + " crashes");
  }

  /** Runs with so many writes, then again without a limit; says whether it crashed at all. */
  private boolean killAfter(int writes, Workflow<String, String> workflow) {
    var first = setup().crashAfter(writes).start(workflow);
    RunId id;
    try {
      id = first.run("letters", null);
    } catch (JournalException.Closed e) {
      first.crash();
      return true;
    }
    var outcome =
        java.util.concurrent.CompletableFuture.anyOf(first.journal.crashed(), completed(first, id));
    outcome.join();
    boolean crashed = first.journal.crashed().isDone();
    var before = completedSteps(first.detail(id));
    var counts = counts();
    first.crash();
    try (var second = setup().start(workflow)) {
      var run = second.await(id, Status.COMPLETED);
      assertEquals("\"0123\"", run.output().json());
      for (String step : before) {
        assertEquals(counts.get(step), counts().get(step), step + " was completed and ran again");
      }
      for (var step : run.steps()) {
        assertEquals(1, step.attemptCount(), "a crash uses up no attempt that counts: " + step);
      }
    }
    return crashed;
  }

  private static java.util.concurrent.CompletableFuture<RunDetail> completed(
      TestEngine engine, RunId id) {
    return java.util.concurrent.CompletableFuture.supplyAsync(
        () -> engine.await(id, run -> run.run().status().isTerminal()));
  }

  private static List<String> completedSteps(RunDetail run) {
    return run.steps().stream()
        .filter(step -> step.status() == Status.COMPLETED)
        .map(step -> step.name())
        .toList();
  }

  private Map<String, Integer> counts() {
    var counts = new java.util.HashMap<String, Integer>();
    effects.forEach((step, count) -> counts.put(step, count.get()));
    return counts;
  }

  @Test
  void aCrashInABackoffKeepsTheAttemptCountAndTheDueTime() {
    var calls = new AtomicInteger();
    var workflow =
        Workflow.named("flaky")
            .input(String.class, "")
            .step(
                "work",
                String.class,
                (_, step) -> {
                  if (calls.incrementAndGet() < 3) {
                    throw new IllegalStateException("attempt " + step.attempt());
                  }
                  return "done";
                })
            .build();
    var first = setup().start(workflow);
    var id = first.run("flaky", null);
    var parked = first.awaitRetry(id, 1);
    first.crash();
    time.advance(Duration.ofMillis(400));
    try (var second = setup().start(workflow)) {
      var again = second.detail(id);
      assertEquals(1, again.steps().getFirst().attempt());
      assertEquals(parked.steps().getFirst().nextDueAt(), again.steps().getFirst().nextDueAt());
      assertEquals(WaitingFor.Kind.RETRY, again.run().waitingFor().kind());
      time.awaitWait(Duration.ofMillis(600));
      time.advance(Duration.ofMillis(599));
      assertEquals(1, calls.get());
      time.advance(Duration.ofMillis(1));
      second.awaitRetry(id, 2);
      time.awaitWait(Duration.ofSeconds(2));
      time.advance(Duration.ofSeconds(2));
      var run = second.await(id, Status.COMPLETED);
      assertEquals(3, run.steps().getFirst().attemptCount());
      assertEquals(0, run.steps().getFirst().interrupted());
    }
  }

  @Test
  void whatFellDueWhileTheEngineWasDownIsTakenAtOnce() {
    var calls = new AtomicInteger();
    var workflow =
        Workflow.named("flaky")
            .input(String.class, "")
            .step(
                "work",
                String.class,
                (_, _) -> {
                  if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException();
                  }
                  return "done";
                })
            .build();
    var first = setup().start(workflow);
    var id = first.run("flaky", null);
    first.awaitRetry(id, 1);
    first.crash();
    time.advance(Duration.ofHours(1));
    try (var second = setup().start(workflow)) {
      time.advance(Duration.ZERO);
      second.await(id, Status.COMPLETED);
    }
  }

  /** A step that a test holds in flight while it kills the engine. */
  private static final class Held {
    final CountDownLatch release = new CountDownLatch(1);
    volatile CountDownLatch entered = new CountDownLatch(1);
    volatile boolean hold = true;

    Workflow<String, String> workflow(StepOptions options) {
      return workflow("held", options);
    }

    Workflow<String, String> workflow(String name, StepOptions options) {
      return Workflow.named(name)
          .input(String.class, "")
          .step(
              "work",
              String.class,
              (in, _) -> {
                entered.countDown();
                if (hold) {
                  release.await();
                }
                return in + "done";
              },
              options)
          .build();
    }
  }

  @Test
  void anAttemptCutOffByACrashIsInterruptedAndUsesUpNoRetry() throws InterruptedException {
    var held = new Held();
    var workflow = held.workflow(retries(0));
    var first = setup().start(workflow);
    var id = first.run("held", null);
    held.entered.await();
    first.crash();
    held.hold = false;
    try (var second = setup().start(workflow)) {
      var run = second.await(id, Status.COMPLETED);
      var step = run.steps().getFirst();
      assertEquals(2, step.attempt());
      assertEquals(1, step.attemptCount());
      assertEquals(
          List.of(Outcome.INTERRUPTED, Outcome.COMPLETED),
          step.attempts().stream().map(attempt -> attempt.outcome()).toList());
    }
    held.release.countDown();
  }

  @Test
  void aStepThatIsInFlightAtThreeCrashesInARowIsBlockedAfterItsTrialAlone()
      throws InterruptedException {
    var held = new Held();
    var workflow = held.workflow(StepOptions.DEFAULT);
    RunId id = null;
    for (int crash = 1; crash <= 3; crash++) {
      held.entered = new CountDownLatch(1);
      var engine = setup().start(workflow);
      id = id == null ? engine.run("held", null) : id;
      held.entered.await();
      var step = engine.detail(id).steps().getFirst();
      assertEquals(crash - 1, step.strikes());
      assertEquals(crash == 3, step.trial(), "the third time it runs alone");
      engine.crash();
    }
    try (var engine = setup().start(workflow)) {
      var run = engine.await(id, Status.BLOCKED);
      assertEquals("strikes", run.run().reason().code());
      assertTrue(run.run().reason().message().contains("\"work\""));
      assertEquals(Status.BLOCKED, run.steps().getFirst().status());
    }
    held.release.countDown();
  }

  @Test
  void aSuspectRunsAloneAndAfterTheOthers() throws InterruptedException {
    var held = new Held();
    var other = new Held();
    var suspect = held.workflow(StepOptions.DEFAULT);
    var innocent =
        Workflow.named("innocent")
            .input(String.class, "")
            .step(
                "wait",
                String.class,
                (in, _) -> {
                  other.entered.countDown();
                  other.release.await();
                  return in;
                })
            .build();
    RunId id = null;
    for (int crash = 1; crash <= 2; crash++) {
      held.entered = new CountDownLatch(1);
      var engine = setup().start(suspect, innocent);
      id = id == null ? engine.run("held", null) : id;
      held.entered.await();
      engine.crash();
    }
    held.entered = new CountDownLatch(1);
    try (var engine = setup().start(suspect, innocent)) {
      held.entered.await();
      // The trial is on: nothing else starts, and what wants to start waits.
      var waiting = engine.run("innocent", null);
      var seen = engine.detail(waiting);
      assertTrue(seen.steps().isEmpty(), "no attempt of another run beside a trial");
      assertEquals(1, other.entered.getCount());
      held.release.countDown();
      engine.await(id, Status.COMPLETED);
      other.release.countDown();
      engine.await(waiting, Status.COMPLETED);
      assertEquals(0, engine.detail(id).steps().getFirst().strikes());
    }
  }

  @Test
  void thirtySecondsAliveClearTheStrikes() throws InterruptedException {
    var held = new Held();
    var workflow = held.workflow(StepOptions.DEFAULT);
    var first = setup().start(workflow);
    var id = first.run("held", null);
    held.entered.await();
    first.crash();
    held.entered = new CountDownLatch(1);
    try (var second = setup().start(workflow)) {
      held.entered.await();
      assertEquals(1, second.detail(id).steps().getFirst().strikes());
      time.awaitWait(Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(30));
      second.await(id, run -> run.steps().getFirst().strikes() == 0);
      held.release.countDown();
      second.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aRunOfAWorkflowThatIsNotInstalledIsBlockedAndGoesOnWhenItIsThereAgain() {
    var calls = new AtomicInteger();
    var flaky =
        Workflow.named("flaky")
            .input(String.class, "")
            .step(
                "work",
                String.class,
                (_, _) -> {
                  if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException();
                  }
                  return "done";
                })
            .build();
    var first = setup().start(flaky);
    var id = first.run("flaky", null);
    first.awaitRetry(id, 1);
    first.crash();
    try (var without = setup().start(sequence())) {
      var run = without.await(id, Status.BLOCKED);
      assertEquals("workflow-missing", run.run().reason().code());
      without.await(without.run("letters", null), Status.COMPLETED);
    }
    try (var again = setup().start(flaky)) {
      again.await(id, run -> run.run().waitingFor() != null);
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      again.await(id, Status.COMPLETED);
      assertEquals(2, calls.get());
    }
  }

  @Test
  void oneBadRunStopsNoOther() {
    var flaky = new AtomicInteger();
    var runs = new ArrayList<RunId>();
    var workflow =
        Workflow.named("typed")
            .input(String.class, "")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  if (flaky.incrementAndGet() <= 3) {
                    throw new IllegalStateException();
                  }
                  return in;
                })
            .build();
    var first = setup().start(workflow);
    for (int i = 0; i < 3; i++) {
      var id = first.run("typed", null);
      first.awaitRetry(id, 1);
      runs.add(id);
    }
    first.crash();
    // The middle one's recorded input can not be read as the type that is installed now.
    var changed =
        Workflow.named("typed")
            .input(String.class, "")
            .step("work", String.class, (in, _) -> in + "ok")
            .build();
    try (var second = setup().start(changed)) {
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      for (var id : runs) {
        second.await(id, Status.COMPLETED);
      }
      assertFalse(second.engine.isQueued(runs.getFirst()));
    }
  }

  @Test
  void aSuspectThatHoldsTheOnlyPlaceDoesNotWaitForThoseThatNeedIt() throws InterruptedException {
    var held = new Held();
    var suspect = held.workflow(StepOptions.DEFAULT);
    var failed = new AtomicInteger();
    var flaky =
        Workflow.named("flaky")
            .input(String.class, "")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  if (failed.incrementAndGet() == 1) {
                    throw new IllegalStateException();
                  }
                  return in;
                })
            .build();
    var first = setup().start(suspect, flaky);
    var waiting = first.run("flaky", null);
    first.awaitRetry(waiting, 1);
    var id = first.run("held", null);
    held.entered.await();
    first.crash();
    held.entered = new CountDownLatch(1);
    var second = setup().start(suspect, flaky);
    held.entered.await();
    second.crash();
    held.hold = false;
    var mayLoad = new CountDownLatch(1);
    StepThreads threads =
        (name, code) ->
            StepThreads.VIRTUAL.start(
                name,
                () -> {
                  if (name.equals("perdure-run-" + id)) {
                    awaitQuietly(mayLoad);
                  }
                  code.run();
                });
    try (var third = setup().activeRuns(1).threads(threads).start(suspect, flaky)) {
      time.advance(Duration.ofSeconds(1));
      assertTrue(third.engine.isQueued(waiting), "it needs the place that the suspect holds");
      mayLoad.countDown();
      third.await(id, Status.COMPLETED);
      third.await(waiting, Status.COMPLETED);
    }
    held.release.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aSuspectThatIsClearedHoldsUpTheNextNoLonger() throws InterruptedException {
    var one = new Held();
    var two = new Held();
    var workflows =
        List.of(one.workflow("one", StepOptions.DEFAULT), two.workflow("two", StepOptions.DEFAULT));
    RunId second = null;
    for (int crash = 1; crash <= 2; crash++) {
      one.entered = new CountDownLatch(1);
      two.entered = new CountDownLatch(1);
      var engine = setup().start(workflows.getFirst(), workflows.getLast());
      if (crash == 1) {
        engine.run("one", null);
        second = engine.run("two", null);
      }
      one.entered.await();
      two.entered.await();
      engine.crash();
    }
    one.entered = new CountDownLatch(1);
    two.entered = new CountDownLatch(1);
    try (var engine = setup().start(workflows.getFirst(), workflows.getLast())) {
      one.entered.await();
      assertTrue(engine.engine.isQueued(second));
      time.awaitWait(Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(30));
      assertTrue(two.entered.await(30, TimeUnit.SECONDS), "the first may go on for hours");
    }
    one.release.countDown();
    two.release.countDown();
  }

  /** Fails once, and is due again after a minute. */
  private static Workflow<String, String> failsOnce(AtomicInteger calls) {
    return Workflow.named("flaky")
        .input(String.class, "")
        .step(
            "work",
            String.class,
            (in, _) -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException();
              }
              return in;
            },
            StepOptions.DEFAULT.backoff(MINUTE, 1, MINUTE))
        .build();
  }

  private static UnaryOperator<JournalReader> firstReplayThrows(JournalException error) {
    return reader -> {
      var faulty = mock(JournalReader.class, delegatesTo(reader));
      doThrow(error).doAnswer(delegatesTo(reader)).when(faulty).replay(any());
      return faulty;
    };
  }

  @Test
  void aRetryIsNotEarlyBecauseReadsWereBehind() {
    var calls = new AtomicInteger();
    var flaky = failsOnce(calls);
    var first = setup().start(flaky);
    var id = first.run("flaky", null);
    first.awaitRetry(id, 1);
    first.crash();
    setup().start(sequence()).crash();
    var behind = firstReplayThrows(new JournalException.Overloaded("too many reads"));
    try (var again = setup().around(inner -> new FaultyJournal(inner, behind)).start(flaky)) {
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      time.awaitWait(MINUTE.minusSeconds(1));
      assertEquals(1, calls.get());
      time.advance(MINUTE.minusSeconds(1));
      again.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aRunThatCanNotBeReadIsLookedAtAgain() {
    var calls = new AtomicInteger();
    var flaky = failsOnce(calls);
    var setup =
        setup().around(inner -> new FaultyJournal(inner, firstReplayThrows(FaultyJournal.BROKEN)));
    try (var engine = setup.start(flaky)) {
      var id = engine.run("flaky", null);
      engine.awaitRetry(id, 1);
      time.awaitWait(MINUTE);
      time.advance(MINUTE);
      time.awaitWait(Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(30));
      engine.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aRecordedOutputThatTheNextStepCanNotReadNowBlocksTheRunAndFailsNothing() {
    var before =
        Workflow.named("typed")
            .input(String.class, "")
            .step("one", String.class, (_, _) -> "text")
            .step(
                "two",
                String.class,
                (_, _) -> {
                  throw new IllegalStateException();
                })
            .build();
    var changed =
        Workflow.named("typed")
            .input(String.class, "")
            .step("one", Integer.class, (_, _) -> 1)
            .step("two", String.class, (number, _) -> "after " + number)
            .build();
    var first = setup().start(before);
    var id = first.run("typed", null);
    first.awaitRetry(id, 1);
    first.crash();
    try (var second = setup().start(changed)) {
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      var run = second.await(id, detail -> detail.run().status() != Status.RUNNING);
      assertEquals(Status.BLOCKED, run.run().status());
      assertEquals("code-mismatch", run.run().reason().code());
    }
  }
}
