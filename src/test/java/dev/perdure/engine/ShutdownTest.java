package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Steps;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShutdownTest {

  private static final Duration GRACE = EngineOptions.DEFAULT.shutdownGrace();
  private static final Duration HEED = Duration.ofSeconds(2);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger first = new AtomicInteger();
  private final AtomicInteger second = new AtomicInteger();
  private volatile boolean heedsInterrupt = true;

  private Workflow<String, String> workflow() {
    return Workflow.named("two")
        .input(String.class, "x")
        .step("first", String.class, (in, _) -> hold(in), Steps.retries(0))
        .step(
            "second",
            String.class,
            (in, _) -> {
              second.incrementAndGet();
              return in;
            })
        .build();
  }

  private String hold(String in) throws InterruptedException {
    if (first.incrementAndGet() > 1) {
      return in;
    }
    entered.countDown();
    while (true) {
      try {
        release.await();
        return in + "!";
      } catch (InterruptedException e) {
        if (heedsInterrupt) {
          throw e;
        }
      }
    }
  }

  private TestEngine start() {
    return TestEngine.Setup.in(directory, time).start(workflow());
  }

  /** Begins to close the engine; completes when it is closed. */
  private static CompletableFuture<Void> closing(TestEngine engine) {
    return CompletableFuture.runAsync(engine.engine::close);
  }

  private RunDetail afterRestart(RunId id) {
    try (var again = start()) {
      return again.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aStepThatEndsWithinTheGraceIsRecordedAndNotRunAgain() throws InterruptedException {
    var engine = start();
    var id = engine.run("two", null);
    entered.await();
    var closed = closing(engine);
    time.awaitWait(GRACE);
    release.countDown();
    closed.join();
    assertEquals(0, second.get(), "nothing starts any more");
    var run = afterRestart(id);
    assertEquals("\"x!\"", run.output().json());
    assertEquals(1, first.get());
    assertEquals(1, second.get());
  }

  @Test
  void aStepThatDoesNotEndInTimeIsInterruptedAndThatCostsNoAttempt() throws InterruptedException {
    var engine = start();
    var id = engine.run("two", null);
    entered.await();
    var closed = closing(engine);
    time.awaitWait(GRACE);
    time.advance(GRACE);
    closed.join();
    var run = afterRestart(id);
    var step = run.steps().getFirst();
    assertEquals(2, step.attempt());
    assertEquals(1, step.attemptCount());
    assertEquals(Outcome.INTERRUPTED, step.attempts().getFirst().outcome());
    assertEquals(0, step.strikes());
  }

  @Test
  void aStepThatSwallowsTheInterruptIsGivenUpAndThatCostsNoAttempt() throws InterruptedException {
    heedsInterrupt = false;
    var engine = start();
    var id = engine.run("two", null);
    entered.await();
    var closed = closing(engine);
    time.awaitWait(GRACE);
    time.advance(GRACE);
    time.awaitWait(HEED);
    time.advance(HEED);
    closed.join();
    var run = afterRestart(id);
    assertEquals(2, run.steps().getFirst().attempt());
    assertEquals(1, run.steps().getFirst().attemptCount());
    release.countDown();
  }

  @Test
  void aKillAfterTheShutdownHasBegunStrikesNobody() throws InterruptedException {
    var engine = start();
    var id = engine.run("two", null);
    entered.await();
    var _ = closing(engine);
    time.awaitWait(GRACE);
    engine.crash();
    var run = afterRestart(id);
    assertEquals(0, run.steps().getFirst().strikes());
    assertEquals(1, run.steps().getFirst().interrupted());
    release.countDown();
  }

  @Test
  void closingTwiceIsClosingOnce() {
    var engine = start();
    engine.engine.close();
    engine.engine.close();
    assertEquals("stopping", engine.engine.health().code());
  }
}
