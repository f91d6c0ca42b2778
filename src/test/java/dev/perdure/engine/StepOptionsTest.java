package dev.perdure.engine;

import static dev.perdure.workflow.Steps.atMostOnce;
import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Compensation;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At most once, the time of all attempts, and what a step says of itself. */
class StepOptionsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Compensation.Undoes> undone = Collections.synchronizedList(new ArrayList<>());

  private Workflow<String, String> workflow(
      StepFunction<String, String> code, StepOptions options) {
    return Workflow.named("work")
        .input(String.class, "in")
        .code(
            String.class,
            (in, context) -> {
              context.onFailure("undo", in, (_, undo) -> undone.add(undo.undoes()));
              return context.step("work", in, String.class, code, options);
            });
  }

  private TestEngine start(StepFunction<String, String> code, StepOptions options) {
    return TestEngine.Setup.in(directory, time).start(workflow(code, options));
  }

  private String hold() throws InterruptedException {
    entered.countDown();
    release.await();
    return "done";
  }

  @Test
  void aStepThatMayRunOnceIsNotRunAgainAfterACrash() throws Exception {
    var calls = new AtomicInteger();
    StepFunction<String, String> code =
        (_, _) -> {
          calls.incrementAndGet();
          return hold();
        };
    var first = start(code, atMostOnce());
    var id = first.run("work", null);
    entered.await();
    first.crash();
    try (var second = start(code, atMostOnce())) {
      var run = second.await(id, Status.BLOCKED);
      assertEquals("outcome-unknown", run.run().reason().code());
      assertEquals(Status.BLOCKED, run.steps().getFirst().status());
      assertEquals(1, calls.get());
      second.engine.cancelRun(id);
      second.await(id, Status.CANCELLED);
      assertEquals(List.of(Compensation.Undoes.UNKNOWN), undone);
      assertEquals(1, calls.get());
    }
    release.countDown();
  }

  @Test
  void aStepThatMayRunOnceAndFailsHasFailed() {
    try (var engine =
        start(
            (_, _) -> {
              throw new IllegalStateException("no");
            },
            atMostOnce())) {
      var run = engine.await(engine.run("work", null), Status.FAILED);
      assertEquals(1, run.steps().getFirst().attempt());
    }
  }

  @Test
  void aTimeoutOfAStepThatMayRunOnceIsAFailureIfItEndsAndElseUnknown() throws InterruptedException {
    try (var engine = start((_, _) -> hold(), atMostOnce().timeout(SECOND).zombieGrace(SECOND))) {
      var id = engine.run("work", null);
      time.awaitWait(SECOND);
      time.advance(SECOND);
      var run = engine.await(id, Status.FAILED);
      assertEquals("timeout", run.error().code());
    }
    var deaf = new CountDownLatch(1);
    try (var engine =
        TestEngine.Setup.in(directory.resolve("deaf"), time)
            .start(
                workflow(
                    (_, _) -> {
                      deaf.countDown();
                      while (release.getCount() > 0) {
                        try {
                          release.await();
                        } catch (InterruptedException e) {
                          // Deaf.
                        }
                      }
                      return "late";
                    },
                    atMostOnce().timeout(SECOND).zombieGrace(SECOND.multipliedBy(3))))) {
      var id = engine.run("work", null);
      deaf.await();
      time.awaitWait(SECOND);
      time.advance(SECOND);
      time.awaitWait(SECOND.multipliedBy(3));
      time.advance(SECOND.multipliedBy(3));
      var run = engine.await(id, Status.BLOCKED);
      assertEquals("outcome-unknown", run.run().reason().code());
    } finally {
      release.countDown();
    }
  }

  @Test
  void theTimeOfAllAttemptsEndsTheStepInsteadOfARetry() {
    try (var engine =
        start(
            (_, _) -> {
              throw new IllegalStateException("still down");
            },
            retries(10).totalTimeout(SECOND.multipliedBy(2)))) {
      var id = engine.run("work", null);
      engine.awaitRetry(id, 1);
      time.awaitWait(SECOND);
      time.advance(SECOND);
      var run = engine.await(id, Status.FAILED);
      assertEquals(2, run.steps().getFirst().attempt());
      assertEquals("total-timeout", run.error().code());
      assertTrue(run.error().message().contains("still down"), run.error().message());
    }
  }

  @Test
  void aRunDoesNotSpeakOfARetryThatTheTimeOfAllAttemptsHasEnded() {
    var workflow =
        Workflow.named("work")
            .input(String.class, "in")
            .code(
                String.class,
                (in, context) -> {
                  try {
                    return context.step(
                        "work",
                        in,
                        String.class,
                        (_, _) -> {
                          throw new IllegalStateException("down");
                        },
                        retries(10).totalTimeout(SECOND.multipliedBy(2)));
                  } catch (StepFailedException e) {
                    return context.await("more", String.class);
                  }
                });
    var setup = TestEngine.Setup.in(directory, time);
    var first = setup.start(workflow);
    var id = first.run("work", null);
    assertEquals("retrying", first.awaitRetry(id, 1).run().reason().code());
    first.crash();
    time.advance(SECOND.multipliedBy(3));
    try (var second = setup.start(workflow)) {
      var run = second.await(id, detail -> detail.steps().size() == 2);
      assertEquals(Status.FAILED, run.steps().getFirst().status());
      assertEquals("step-failed", run.run().reason().code());
      assertEquals("work", run.run().failingStep());
    }
  }

  @Test
  void theTimeOfAllAttemptsCutsTheLastOne() {
    try (var engine =
        start((_, _) -> hold(), retries(10).timeout(SECOND.multipliedBy(9)).totalTimeout(SECOND))) {
      var id = engine.run("work", null);
      time.awaitWait(SECOND);
      time.advance(SECOND);
      assertEquals("total-timeout", engine.await(id, Status.FAILED).error().code());
    }
  }

  @Test
  void theTimeOfAllAttemptsGoesOnWhileTheEngineIsDown() {
    StepFunction<String, String> code =
        (_, _) -> {
          throw new IllegalStateException("down");
        };
    var options = retries(10).totalTimeout(Duration.ofMinutes(1));
    var first = start(code, options);
    var id = first.run("work", null);
    first.awaitRetry(id, 1);
    first.crash();
    time.advance(Duration.ofMinutes(2));
    try (var second = start(code, options)) {
      time.advance(Duration.ZERO);
      var run = second.await(id, Status.FAILED);
      assertEquals("total-timeout", run.error().code());
      assertEquals(1, run.steps().getFirst().attempt());
    }
  }

  @Test
  void progressAndLinesAreKeptAndBounded() throws Exception {
    try (var engine =
        start(
            (_, step) -> {
              step.progress(0.1, "begun");
              step.progress(7, "x".repeat(500));
              for (int i = 0; i < 1_500; i++) {
                step.log("line " + i + (i == 0 ? "y".repeat(5_000) : ""));
              }
              return hold();
            },
            StepOptions.DEFAULT)) {
      var id = engine.run("work", null);
      entered.await();
      time.awaitWait(Duration.ofMillis(5));
      time.advance(Duration.ofMillis(5));
      var progress =
          engine
              .await(id, run -> run.steps().getFirst().progress() != null)
              .steps()
              .getFirst()
              .progress();
      assertEquals(1.0, progress.fraction());
      assertEquals(200, progress.text().length());
      release.countDown();
      engine.await(id, Status.COMPLETED);
      var lines = engine.journal.reader().log(id, 0);
      assertEquals(StepLog.LINES_MAX, lines.size());
      assertTrue(lines.getFirst().line().length() <= StepLog.LINE_CHARS_MAX);
      assertEquals("line 998", lines.get(998).line());
      assertTrue(lines.getLast().line().contains("1,000 lines"), lines.getLast().line());
    }
  }

  @Test
  void theUserOfALateContextIsNotHeard() throws Exception {
    var late = new CountDownLatch(1);
    var step = new java.util.concurrent.atomic.AtomicReference<dev.perdure.workflow.Step>();
    try (var engine =
        start(
            (_, own) -> {
              step.set(own);
              late.countDown();
              return "done";
            },
            StepOptions.DEFAULT)) {
      var id = engine.run("work", null);
      late.await();
      engine.await(id, Status.COMPLETED);
      step.get().log("too late");
      step.get().progress(1, "too late");
      assertFalse(time.asked().contains(Duration.ofMillis(5)));
    }
  }
}
