package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.FanOut;
import dev.perdure.workflow.StepFunction;
import dev.perdure.workflow.Steps;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
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

  /**
   * Java logs that exit was called before it does anything else: whoever takes that line and never
   * returns stands in exit for ever, and this process goes on.
   */
  private static final class StaysInExit extends Handler {
    private final CountDownLatch inExit = new CountDownLatch(3);

    @Override
    public void publish(LogRecord line) {
      inExit.countDown();
      if (!line.getMessage().equals(PROBE)) {
        while (true) {
          LockSupport.park();
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static final String PROBE = "probe";
  private static final Logger EXITS = Logger.getLogger("java.lang.Runtime");

  @Test
  void everyStepThatCallsExitIsStruck() throws Exception {
    var stays = new StaysInExit();
    EXITS.setLevel(Level.ALL);
    EXITS.addHandler(stays);
    System.getLogger(EXITS.getName()).log(System.Logger.Level.DEBUG, PROBE);
    assertEquals(2, stays.inExit.getCount(), "what Java logs does not come here");
    var isFirst = new AtomicBoolean(true);
    var exits =
        Workflow.named("exits")
            .input(String.class, "x")
            .code(
                String.class,
                (in, context) -> {
                  var items = List.of("a", "b");
                  StepFunction<String, String> code =
                      (item, _) -> {
                        if (isFirst.get()) {
                          System.exit(1);
                        }
                        // Fails, so that its strikes stay to be seen until the retry.
                        throw new IllegalStateException(item);
                      };
                  context.map("both", items, String.class, code, FanOut.atOnce(2));
                  return in;
                });
    var setup = TestEngine.Setup.in(directory, time);
    var engine = setup.start(exits);
    var id = engine.run("exits", null);
    stays.inExit.await();
    isFirst.set(false);
    closing(engine).get(20, TimeUnit.SECONDS);
    EXITS.removeHandler(stays);
    try (var again = setup.start(exits)) {
      var run =
          again.await(
              id, it -> it.steps().stream().filter(step -> step.nextDueAt() != null).count() == 2);
      var strikes = run.steps().stream().filter(step -> step.kind().equals("step"));
      assertEquals(List.of(1, 1), strikes.map(StepRecord::strikes).toList());
    }
  }

  @Test
  void closingTwiceIsClosingOnce() {
    var engine = start();
    engine.engine.close();
    engine.engine.close();
    assertEquals("stopping", engine.engine.health().code());
  }
}
