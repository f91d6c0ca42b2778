package dev.perdure.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine does while there is no space for the journal. */
class FullJournalTest {

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  private @Nullable FaultyJournal journal;

  private TestEngine.Setup setup() {
    return TestEngine.Setup.in(directory, time)
        .around(inner -> {
          var faulty = new FaultyJournal(inner);
          journal = faulty;
          return faulty;
        });
  }

  private void fill(boolean full) {
    requireNonNull(journal).full = _ -> full;
  }

  @Test
  void aStepsResultIsKeptUntilThereIsSpaceAgainAndTheStepDoesNotRunTwice()
      throws InterruptedException {
    var workflow =
        Workflow.named("one")
            .input(String.class, "x")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  calls.incrementAndGet();
                  entered.countDown();
                  release.await();
                  return in;
                })
            .build();
    try (var engine = setup().start(workflow)) {
      var id = engine.run("one", null);
      entered.await();
      fill(true);
      release.countDown();
      // The run waits and tries again; starts are refused, reads go on.
      time.awaitWait(Duration.ofMillis(500));
      assertEquals("disk-full", engine.engine.health().code(), "noticed by the step's own write");
      assertThrows(JournalException.Full.class, () -> engine.run("one", null));
      assertEquals("disk-full", engine.engine.health().code());
      assertEquals(Status.RUNNING, engine.detail(id).run().status());
      fill(false);
      time.advance(Duration.ofMillis(500));
      engine.await(id, Status.COMPLETED);
      assertEquals(1, calls.get());
      engine.await(engine.run("one", null), Status.COMPLETED);
      assertTrue(engine.engine.health().ready());
    }
  }

  private static Workflow<String, String> echo() {
    return Workflow.named("echo")
        .input(String.class, "x")
        .step("echo", String.class, (in, _) -> in)
        .build();
  }

  @Test
  void theEngineFindsOutByItselfThatThereIsSpaceAgain() {
    try (var engine = setup().start(echo())) {
      fill(true);
      assertThrows(JournalException.Full.class, () -> engine.run("echo", null));
      time.advance(Duration.ofSeconds(1));
      assertEquals("disk-full", engine.engine.health().code());
      fill(false);
      // Whoever asks for readiness before sending work would never send any.
      time.advance(Duration.ofSeconds(1));
      engine.journal.submit(new Command.Probe()).join();
      assertTrue(engine.engine.health().ready());
    }
  }

  @Test
  void strikesAreClearedWhenThereIsSpaceAgain() throws InterruptedException {
    var entries = new Semaphore(0);
    var workflow =
        Workflow.named("held")
            .input(String.class, "x")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  entries.release();
                  release.await();
                  return in;
                })
            .build();
    var first = setup().start(workflow);
    var id = first.run("held", null);
    entries.acquire();
    first.crash();
    try (var second = setup().start(workflow)) {
      entries.acquire();
      requireNonNull(journal).full = command -> command instanceof Command.ClearStrikes;
      time.awaitWait(Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(30));
      time.awaitWait(Duration.ofMillis(500));
      assertEquals(1, second.detail(id).steps().getFirst().strikes());
      fill(false);
      time.advance(Duration.ofMillis(500));
      second.await(id, run -> run.steps().getFirst().strikes() == 0);
      release.countDown();
    }
  }

  @Test
  void anEngineThatStartsOnAFullDiskGoesOnWhenThereIsSpace() {
    var engine = setup().open(echo());
    fill(true);
    var started = CompletableFuture.runAsync(engine.engine::start);
    time.awaitWait(Duration.ofMillis(500));
    assertEquals("disk-full", engine.engine.health().code());
    fill(false);
    time.advance(Duration.ofMillis(500));
    started.join();
    engine.await(engine.run("echo", null), Status.COMPLETED);
    engine.close();
  }

  @Test
  void anEngineThatWaitsForSpaceCanBeClosed() {
    var engine = setup().open(echo());
    fill(true);
    var started = CompletableFuture.runAsync(engine.engine::start);
    time.awaitWait(Duration.ofMillis(500));
    engine.engine.close();
    assertThrows(CompletionException.class, started::join);
  }
}
