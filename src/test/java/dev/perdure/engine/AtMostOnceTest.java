package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.Status;
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

/** Steps that must never be begun again while nobody knows how their attempt ended. */
class AtMostOnceTest {

  private static final StepOptions ONCE = StepOptions.DEFAULT.atMostOnce();
  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(3);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  private TestEngine start(StepFunction<String, String> code, StepOptions options) {
    return TestEngine.Setup.in(directory, time)
        .start(
            Workflow.named("once")
                .input(String.class, "in")
                .step("pay", String.class, code, options)
                .step("after", String.class, (in, _) -> in)
                .build());
  }

  private String held(String in) {
    calls.incrementAndGet();
    entered.countDown();
    boolean released = false;
    while (!released) {
      try {
        release.await();
        released = true;
      } catch (InterruptedException e) {
        // It heeds no interrupt.
      }
    }
    return in;
  }

  private static void assertNobodyKnows(RunDetail run) {
    assertEquals("outcome-unknown", run.run().reason().code());
    assertTrue(run.run().reason().message().contains("\"pay\""), run.run().reason().message());
    assertEquals(Status.BLOCKED, run.steps().getFirst().status());
  }

  @Test
  void anAttemptThatACrashCutOffIsNotMadeAgainAndBlocksItsRun() throws Exception {
    StepFunction<String, String> code = (in, _) -> held(in);
    var first = start(code, ONCE);
    var id = first.run("once", null);
    entered.await();
    first.crash();
    try (var second = start(code, ONCE)) {
      assertNobodyKnows(second.await(id, Status.BLOCKED));
      assertEquals(1, calls.get());
    }
    try (var third = start(code, ONCE)) {
      assertNobodyKnows(third.await(id, Status.BLOCKED));
      assertEquals(1, calls.get());
    }
    release.countDown();
  }

  @Test
  void anAttemptThatDoesNotEndWithinItsGraceBlocksItsRun() throws Exception {
    try (var engine =
        start((in, _) -> held(in), ONCE.retries(1).timeout(LIMIT).zombieGrace(GRACE))) {
      var id = engine.run("once", null);
      entered.await();
      time.awaitWait(LIMIT);
      time.advance(LIMIT);
      time.awaitWait(GRACE);
      time.advance(GRACE);
      assertNobodyKnows(engine.await(id, Status.BLOCKED));
      assertEquals(1, calls.get());
    } finally {
      release.countDown();
    }
  }

  @Test
  void anAttemptThatIsKnownToHaveFailedFailsTheRun() {
    try (var engine = start((_, _) -> fail(), ONCE)) {
      var run = engine.await(engine.run("once", null), Status.FAILED);
      assertEquals("pay", run.run().failingStep());
      assertEquals(1, calls.get());
    }
  }

  private String fail() {
    calls.incrementAndGet();
    throw new IllegalStateException("refused");
  }

  @Test
  void anAttemptThatIsKnownToHaveFailedMayBeFollowedByAnother() {
    try (var engine = start((in, _) -> calls.get() == 0 ? fail() : in, ONCE.retries(1))) {
      var id = engine.run("once", null);
      engine.awaitRetry(id, 1);
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      engine.await(id, Status.COMPLETED);
    }
  }
}
