package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first attempt of a sequence is written down together with its run, before it begins. */
@Timeout(60)
class FirstAttemptTest {

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicBoolean effect = new AtomicBoolean();

  /** A machine so busy that the thread of a run has its first turn late. */
  private Thread later(String name, Runnable code) {
    return StepThreads.VIRTUAL.start(
        name,
        () -> {
          awaitRelease();
          code.run();
        });
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void isInterruptedWhenTheRunIsCancelledBeforeItBegins() {
    var workflow =
        Workflow.named("works")
            .input(String.class, "in")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  effect.set(true);
                  return in;
                })
            .build();
    try (var engine = TestEngine.Setup.in(directory, time).threads(this::later).start(workflow)) {
      var id = engine.run("works", null);
      engine.engine.cancelRun(id);
      release.countDown();
      var step = engine.await(id, Status.CANCELLED).steps().getFirst();
      assertEquals(Status.CANCELLED, step.status());
      assertEquals(1, step.attempts().size(), "no attempt is forgotten");
      assertEquals(Outcome.INTERRUPTED, step.attempts().getFirst().outcome());
      assertEquals(1, step.interrupted());
      assertFalse(effect.get());
    }
  }
}
