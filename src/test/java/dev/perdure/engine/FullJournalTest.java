package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command;
import dev.perdure.journal.Commits;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.Statistics;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine does while there is no space for the journal. */
class FullJournalTest {

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** Takes no command while it is full. */
  private static final class Filling implements Journal {
    final Journal inner;
    volatile boolean full;

    Filling(Journal inner) {
      this.inner = inner;
    }

    @Override
    public <R> CompletableFuture<R> submit(Command<R> command) {
      return full
          ? CompletableFuture.failedFuture(new JournalException.Full("no space", new Exception()))
          : inner.submit(command);
    }

    @Override
    public JournalReader reader() {
      return inner.reader();
    }

    @Override
    public Statistics statistics() {
      return inner.statistics();
    }

    @Override
    public Commits commits() {
      return inner.commits();
    }

    @Override
    public void onFailure(Consumer<JournalException.Failed> listener) {
      inner.onFailure(listener);
    }

    @Override
    public void close() {
      inner.close();
    }
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
    var filling = new Filling[1];
    var setup =
        TestEngine.Setup.in(directory, time)
            .around(inner -> {
              filling[0] = new Filling(inner);
              return filling[0];
            });
    try (var engine = setup.start(workflow)) {
      var id = engine.run("one", null);
      entered.await();
      filling[0].full = true;
      release.countDown();
      // The run waits and tries again; starts are refused, reads go on.
      time.awaitWait(Duration.ofMillis(500));
      assertThrows(JournalException.Full.class, () -> engine.run("one", null));
      assertEquals("disk-full", engine.engine.health().code());
      assertEquals(Status.RUNNING, engine.detail(id).run().status());
      filling[0].full = false;
      time.advance(Duration.ofMillis(500));
      engine.await(id, Status.COMPLETED);
      assertEquals(1, calls.get());
      engine.await(engine.run("one", null), Status.COMPLETED);
      assertTrue(engine.engine.health().ready());
    }
  }
}
