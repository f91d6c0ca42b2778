package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A step that was running at two crashes in a row runs alone, until what it did is durable. */
@Timeout(60)
class SuspectTest {

  @TempDir private Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private TestEngine.Setup setup() {
    return TestEngine.Setup.in(directory, time);
  }

  @Test
  void nothingStartsBesideASuspectWhoseEndIsNotDurable() throws InterruptedException {
    var step = new HeldStep();
    var suspect = step.workflow(StepOptions.DEFAULT);
    var innocent =
        Workflow.named("innocent")
            .input(String.class, "")
            .step("work", String.class, (in, _) -> "done")
            .build();
    RunId id = null;
    for (int crash = 1; crash <= 2; crash++) {
      step.entered = new CountDownLatch(1);
      var engine = setup().start(suspect, innocent);
      id = id == null ? engine.run("held", null) : id;
      step.entered.await();
      engine.crash();
    }
    var held = new HeldChange[1];
    step.entered = new CountDownLatch(1);
    var setup =
        setup().around(inner -> held[0] = new HeldChange(inner, Change.StepCompleted.class));
    try (var engine = setup.start(suspect, innocent)) {
      step.entered.await();
      step.release.countDown();
      held[0].arrived.await();
      var other = engine.run("innocent", null);
      assertEquals(
          List.of(), engine.detail(other).steps(), "a kill now would be the suspect's last strike");
      held[0].goOn.complete(null);
      engine.await(id, Status.COMPLETED);
      engine.await(other, Status.COMPLETED);
    }
  }

  @Test
  void aStepThatIsInFlightAtThreeCrashesInARowIsBlockedAfterItsTrialAlone()
      throws InterruptedException {
    var held = new HeldStep();
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
    var held = new HeldStep();
    var other = new HeldStep();
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
    var held = new HeldStep();
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
  void aSuspectThatHoldsTheOnlyPlaceDoesNotWaitForThoseThatNeedIt() throws InterruptedException {
    var held = new HeldStep();
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
    var one = new HeldStep();
    var two = new HeldStep();
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
}
