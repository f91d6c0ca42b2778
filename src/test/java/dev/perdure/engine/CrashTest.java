package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the engine between any two writes, and looks at what the next one makes of it. */
class CrashTest {

  private static final int STEPS = 4;

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
    var outcome = CompletableFuture.anyOf(first.journal.crashed(), completed(first, id));
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

  private static CompletableFuture<RunDetail> completed(TestEngine engine, RunId id) {
    return CompletableFuture.supplyAsync(
        () -> engine.await(id, run -> run.run().status().isTerminal()));
  }

  private static List<String> completedSteps(RunDetail run) {
    return run.steps().stream()
        .filter(step -> step.status() == Status.COMPLETED)
        .map(step -> step.name())
        .toList();
  }

  private Map<String, Integer> counts() {
    var counts = new HashMap<String, Integer>();
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

  @Test
  void anAttemptCutOffByACrashIsInterruptedAndUsesUpNoRetry() throws InterruptedException {
    var held = new HeldStep();
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
}
