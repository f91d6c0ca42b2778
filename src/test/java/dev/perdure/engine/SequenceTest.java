package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.RetryAfterException;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceTest {

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private static Workflow<String, Integer> oneStep(
      StepFunction<String, Integer> code, StepOptions options) {
    return Workflow.named("one")
        .input(String.class, "example")
        .step("work", Integer.class, code, options)
        .build();
  }

  private TestEngine start(Workflow<?, ?>... workflows) {
    return TestEngine.Setup.in(directory, time).start(workflows);
  }

  @Test
  void eachStepsOutputIsTheNextOnesInput() {
    var workflow =
        Workflow.named("chain")
            .input(String.class, "abc")
            .step("length", Integer.class, (text, _) -> text.length())
            .step("text", String.class, (length, _) -> "length " + length)
            .build();
    try (var engine = start(workflow)) {
      var run = engine.await(engine.run("chain", "\"four\""), Status.COMPLETED);
      assertEquals("\"length 4\"", run.output().json());
      assertEquals("\"four\"", run.steps().get(0).input().json());
      assertEquals("4", run.steps().get(0).output().json());
      assertEquals("4", run.steps().get(1).input().json());
      assertEquals(List.of("length", "text"), run.plan().stream().map(s -> s.name()).toList());
      assertNull(run.run().waitingFor());
    }
  }

  @Test
  void aRunWithoutInputTakesTheExample() {
    try (var engine = start(oneStep((text, _) -> text.length(), StepOptions.DEFAULT))) {
      var run = engine.await(engine.run("one", null), Status.COMPLETED);
      assertEquals("\"example\"", run.input().json());
      assertEquals("7", run.output().json());
    }
  }

  @Test
  void aFailedStepIsTriedAgainAfterOneTwoAndFourSecondsAndNotEarlier() {
    var calls = new AtomicInteger();
    var workflow =
        oneStep(
            (_, step) -> {
              assertEquals(calls.incrementAndGet(), step.attempt());
              if (calls.get() < 4) {
                throw new IllegalStateException("not yet " + calls.get());
              }
              return 1;
            },
            retries(3));
    try (var engine = start(workflow)) {
      var id = engine.run("one", null);
      for (int attempt = 1; attempt <= 3; attempt++) {
        var delay = Duration.ofSeconds(1L << (attempt - 1));
        var parked = engine.awaitRetry(id, attempt);
        assertEquals(WaitingFor.Kind.RETRY, parked.run().waitingFor().kind());
        assertEquals("work", parked.run().waitingFor().name());
        assertEquals("work", parked.run().failingStep());
        assertEquals(time.instant().plus(delay), parked.steps().getLast().nextDueAt());
        assertTrue(parked.run().reason().message().contains("not yet " + attempt));
        time.awaitWait(delay);
        time.advance(delay.minusMillis(1));
        assertEquals(attempt, calls.get());
        time.advance(Duration.ofMillis(1));
      }
      var run = engine.await(id, Status.COMPLETED);
      var step = run.steps().getFirst();
      assertEquals(4, step.attempt());
      assertEquals(4, step.attemptCount());
      assertEquals(
          List.of("failed", "failed", "failed", "completed"),
          step.attempts().stream().map(a -> a.outcome().word()).toList());
      assertNull(run.run().reason());
      assertNull(run.run().failingStep());
    }
  }

  @Test
  void aStepThatFailsAtItsLastAttemptFailsTheRun() {
    var workflow =
        oneStep(
            (_, _) -> {
              throw new IllegalStateException("boom");
            },
            retries(1));
    try (var engine = start(workflow)) {
      var id = engine.run("one", null);
      engine.awaitRetry(id, 1);
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      var run = engine.await(id, Status.FAILED);
      assertEquals("step-failed", run.run().reason().code());
      assertEquals("Step \"work\" failed after 2 attempts: boom", run.run().reason().message());
      assertEquals("work", run.run().failingStep());
      assertEquals("boom", run.error().message());
      assertEquals("java.lang.IllegalStateException", run.error().type());
      assertTrue(run.error().trace().contains("SequenceTest"));
      assertEquals(Status.FAILED, run.steps().getFirst().status());
      assertEquals(2, run.steps().getFirst().attempts().size());
    }
  }

  @Test
  void aFinalErrorEndsTheStepAtOnce() {
    var thrown =
        List.<RuntimeException>of(
            new FinalStepException("final by type"), new NumberFormatException("final by option"));
    var next = new AtomicInteger();
    var workflow =
        oneStep(
            (_, _) -> {
              throw thrown.get(next.getAndIncrement());
            },
            StepOptions.DEFAULT.finalOn(IllegalArgumentException.class));
    try (var engine = start(workflow)) {
      for (var error : thrown) {
        var run = engine.await(engine.run("one", null), Status.FAILED);
        assertEquals(error.getMessage(), run.error().message());
        assertEquals("final", run.error().code());
        assertEquals(1, run.steps().getFirst().attempt());
      }
    }
  }

  @Test
  void theErrorMaySayWhenToTryAgain() {
    var calls = new AtomicInteger();
    var workflow =
        oneStep(
            (_, _) -> {
              if (calls.incrementAndGet() == 1) {
                throw new RetryAfterException("busy", Duration.ofMinutes(7));
              }
              return 1;
            },
            StepOptions.DEFAULT);
    try (var engine = start(workflow)) {
      var id = engine.run("one", null);
      var parked = engine.awaitRetry(id, 1);
      assertEquals(time.instant().plus(Duration.ofMinutes(7)), parked.run().waitingFor().until());
      time.awaitWait(Duration.ofMinutes(7));
      time.advance(Duration.ofMinutes(7));
      engine.await(id, Status.COMPLETED);
    }
  }

  @Test
  void jitterKeepsTheDelayBetweenHalfAndAllOfIt() {
    var workflow =
        oneStep(
            (_, _) -> {
              throw new IllegalStateException();
            },
            retries(1).jitter());
    try (var engine = start(workflow)) {
      for (int i = 0; i < 5; i++) {
        var parked = engine.awaitRetry(engine.run("one", null), 1);
        var delay =
            Duration.between(parked.run().waitingFor().since(), parked.run().waitingFor().until());
        assertTrue(delay.toMillis() >= 500 && delay.toMillis() <= 1_000, delay.toString());
      }
    }
  }

  @Test
  void anOutputThatCanNotBeStoredFailsTheStepAndNotTheEngine() {
    var workflow =
        Workflow.named("big")
            .input(Integer.class, 1)
            .step("make", String.class, (size, _) -> "x".repeat(size))
            .build();
    try (var engine = start(workflow)) {
      var run = engine.await(engine.run("big", "2000000"), Status.FAILED);
      assertEquals("value", run.error().code());
      assertTrue(run.error().message().contains("1 MiB"));
      engine.await(engine.run("big", "10"), Status.COMPLETED);
    }
  }

  @Test
  void errorsThatMisbehaveAreRecordedAllTheSame() {
    class Nasty extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("no message for you");
      }
    }
    var errors =
        List.<Throwable>of(
            new Nasty(), new StackOverflowError(), new OutOfMemoryError("pretended"), new Error());
    var next = new AtomicInteger();
    var workflow =
        oneStep(
            (_, _) -> {
              throw SequenceTest.<RuntimeException>sneaky(errors.get(next.getAndIncrement()));
            },
            retries(0));
    try (var engine = start(workflow)) {
      for (var error : errors) {
        var run = engine.await(engine.run("one", null), Status.FAILED);
        assertEquals(error.getClass().getName(), run.error().type());
      }
      assertTrue(engine.engine.health().ready());
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneaky(Throwable error) throws E {
    throw (E) error;
  }

  @Test
  void theIdempotencyKeyIsTheSameInEveryAttemptAndDiffersBetweenSteps() {
    Set<String> first = new ConcurrentSkipListSet<>();
    Set<String> second = new ConcurrentSkipListSet<>();
    var workflow =
        Workflow.named("keys")
            .input(String.class, "x")
            .step(
                "a",
                String.class,
                (x, step) -> {
                  first.add(step.idempotencyKey());
                  if (step.attempt() < 3) {
                    throw new IllegalStateException();
                  }
                  return x;
                })
            .step(
                "b",
                String.class,
                (x, step) -> {
                  second.add(step.idempotencyKey());
                  return x;
                })
            .build();
    try (var engine = start(workflow)) {
      var id = engine.run("keys", null);
      for (int attempt = 1; attempt <= 2; attempt++) {
        engine.awaitRetry(id, attempt);
        time.awaitWait(Duration.ofSeconds(attempt));
        time.advance(Duration.ofSeconds(attempt));
      }
      engine.await(id, Status.COMPLETED);
      assertEquals(1, first.size());
      assertEquals(1, second.size());
      assertTrue(!first.equals(second));
      assertTrue(first.iterator().next().length() <= 64);
    }
  }

  @Test
  void anUnknownWorkflowIsNamedWithTheNearestOne() {
    try (var engine = start(oneStep((_, _) -> 1, StepOptions.DEFAULT))) {
      var error = assertThrows(StartException.UnknownWorkflow.class, () -> engine.run("on", null));
      assertEquals("one", error.nearest().orElseThrow());
    }
  }

  @Test
  void anAttemptThatIsUnderWayIsShownWithItsAttempt() throws InterruptedException {
    var entered = new java.util.concurrent.CountDownLatch(1);
    var release = new java.util.concurrent.CountDownLatch(1);
    var workflow =
        oneStep(
            (_, _) -> {
              entered.countDown();
              release.await();
              return 1;
            },
            StepOptions.DEFAULT);
    try (var engine = start(workflow)) {
      var id = engine.run("one", null);
      entered.await();
      RunDetail run = engine.detail(id);
      assertEquals(Status.RUNNING, run.run().status());
      assertTrue(run.steps().getFirst().isInFlight());
      assertEquals(
          AttemptRecord.Outcome.RUNNING, run.steps().getFirst().attempts().getLast().outcome());
      release.countDown();
      engine.await(id, Status.COMPLETED);
    }
  }
}
