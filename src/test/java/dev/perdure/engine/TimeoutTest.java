package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeoutTest {

  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration BACKOFF = Duration.ofSeconds(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private final CountDownLatch entered = new CountDownLatch(1);

  private TestEngine start(StepFunction<String, String> code, StepOptions options) {
    StepFunction<String, String> announced =
        (in, step) -> {
          entered.countDown();
          return code.run(in, step);
        };
    return TestEngine.Setup.in(directory, time)
        .start(
            Workflow.named("slow")
                .input(String.class, "x")
                .step("work", String.class, announced, options)
                .build());
  }

  /** Code whose time is up before its thread has a turn does not begin. */
  private void passItsTime() throws InterruptedException {
    entered.await();
    pass(LIMIT);
  }

  private void pass(Duration duration) {
    time.awaitWait(duration);
    time.advance(duration);
  }

  @Test
  void anAttemptIsInterruptedWhenItsTimeIsUpAndTriedAgain() throws InterruptedException {
    var calls = new AtomicInteger();
    var interrupted = new CountDownLatch(1);
    StepFunction<String, String> code =
        (in, _) -> {
          if (calls.incrementAndGet() == 1) {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
              throw e;
            }
          }
          return in;
        };
    try (var engine = start(code, retries(1).timeout(LIMIT))) {
      var id = engine.run("slow", null);
      passItsTime();
      var parked = engine.awaitRetry(id, 1);
      var attempt = parked.steps().getFirst().attempts().getFirst();
      assertEquals("timeout", attempt.error().code());
      assertTrue(attempt.error().message().contains("200 ms"));
      interrupted.await();
      pass(BACKOFF);
      engine.await(id, Status.COMPLETED);
      assertEquals(2, calls.get());
    }
  }

  @Test
  void anAttemptThatEndsInTimeIsNotDisturbed() {
    try (var engine = start((in, _) -> in, retries(0).timeout(LIMIT))) {
      var id = engine.run("slow", null);
      engine.await(id, Status.COMPLETED);
      time.advance(Duration.ofMinutes(1));
      assertEquals(Status.COMPLETED, engine.detail(id).run().status());
    }
  }

  @Test
  void theLastAttemptsTimeoutFailsTheRun() {
    var release = new CountDownLatch(1);
    try (var engine =
        start(
            (in, _) -> {
              release.await();
              return in;
            },
            retries(0).timeout(LIMIT))) {
      var id = engine.run("slow", null);
      pass(LIMIT);
      var run = engine.await(id, Status.FAILED);
      assertEquals("timeout", run.error().code());
      release.countDown();
    }
  }

  /** A step whose first attempt swallows every interrupt until the test lets it go. */
  private static final class Stubborn {
    final CountDownLatch release = new CountDownLatch(1);
    final AtomicInteger calls = new AtomicInteger();

    String run(String in) {
      if (calls.incrementAndGet() > 1) {
        return in + " second";
      }
      boolean released = false;
      while (!released) {
        try {
          release.await();
          released = true;
        } catch (InterruptedException swallowed) {
          // That is what makes it stubborn.
        }
      }
      return in + " late";
    }
  }

  private RunId timeOutAndWaitForIt(TestEngine engine) throws InterruptedException {
    var id = engine.run("slow", null);
    passItsTime();
    engine.awaitRetry(id, 1);
    pass(BACKOFF);
    engine.await(
        id,
        run ->
            run.run().waitingFor() != null
                && run.run().waitingFor().kind() == WaitingFor.Kind.ZOMBIE);
    return id;
  }

  @Test
  void theNextAttemptWaitsUntilTheTimedOutOneHasReallyEnded() throws InterruptedException {
    var stubborn = new Stubborn();
    var options = retries(1).timeout(LIMIT).zombieGrace(GRACE);
    try (var engine = start((in, _) -> stubborn.run(in), options)) {
      var id = timeOutAndWaitForIt(engine);
      assertEquals(1, stubborn.calls.get());
      time.awaitWait(GRACE.minus(BACKOFF));
      stubborn.release.countDown();
      var run = engine.await(id, Status.COMPLETED);
      assertEquals("\"x second\"", run.output().json(), "a late result is refused");
      assertEquals(2, run.steps().getFirst().attempt());
    }
  }

  @Test
  void afterItsGraceTheOldAttemptIsAZombieThatIsShownAndRefused() throws InterruptedException {
    var stubborn = new Stubborn();
    var options = retries(1).timeout(LIMIT).zombieGrace(GRACE);
    try (var engine = start((in, _) -> stubborn.run(in), options)) {
      var id = timeOutAndWaitForIt(engine);
      assertEquals(0, engine.engine.zombies().size(), "not before its grace is over");
      pass(GRACE.minus(BACKOFF));
      var run = engine.await(id, Status.COMPLETED);
      assertEquals("\"x second\"", run.output().json());
      var zombie = engine.engine.zombies().getFirst();
      assertEquals(id, zombie.runId());
      assertEquals("work", zombie.step());
      assertEquals(1, zombie.attempt());
      assertTrue(
          zombie.stack().stream().anyMatch(frame -> frame.contains("Stubborn.run")),
          () -> zombie.stack().toString());
      stubborn.release.countDown();
      assertEquals("\"x second\"", engine.detail(id).output().json());
    }
  }
}
