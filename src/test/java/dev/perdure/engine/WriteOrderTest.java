package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written first, and how much at once. */
class WriteOrderTest {

  private static final int CHANGES_MAX = 1_000;

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final List<List<Change>> written = new CopyOnWriteArrayList<>();

  /** Sees what goes by. */
  private Journal watched(Journal journal) {
    return new ForwardingJournal(journal) {
      @Override
      public <R> CompletableFuture<R> submit(Command<R> command) {
        if (command instanceof Command.Advance advance) {
          written.add(advance.changes());
        }
        return super.submit(command);
      }
    };
  }

  private TestEngine start(Workflow<?, ?> workflow) {
    return TestEngine.Setup.in(directory, time).around(this::watched).start(workflow);
  }

  private int indexOf(Class<? extends Change> type) {
    var all = written.stream().flatMap(List::stream).<Class<?>>map(Change::getClass).toList();
    return all.indexOf(type);
  }

  /**
   * After a restart the clock may show that there was time left: why it was cancelled must stay.
   */
  @Test
  void thatTheTimeOfARunIsUpIsWrittenBeforeItsStepIsCancelledForIt() throws Exception {
    var begun = new CountDownLatch(1);
    var workflow =
        Workflow.named("limited")
            .timeout(Duration.ofMinutes(1))
            .input(Integer.class, 1)
            .step(
                "hangs",
                String.class,
                (_, _) -> {
                  begun.countDown();
                  new CountDownLatch(1).await();
                  return "";
                },
                retries(0))
            .build();
    try (var engine = start(workflow)) {
      var id = engine.run("limited", null);
      begun.await();
      time.awaitWait(Duration.ofMinutes(1));
      time.advance(Duration.ofMinutes(1));
      engine.await(id, Status.FAILED);
      int ending = indexOf(Change.RunEnding.class);
      assertTrue(ending >= 0 && ending < indexOf(Change.StepCancelled.class), written::toString);
    }
  }

  /** One command holds up the writer: what a body has handed over meanwhile goes in several. */
  @Test
  void whatABodyHandsOverGoesInCommandsOfABoundedSize() {
    int asked = 3 * CHANGES_MAX + 1;
    var workflow =
        Workflow.named("asks")
            .input(Integer.class, 1)
            .code(
                Integer.class,
                (_, context) -> {
                  for (int i = 0; i < asked; i++) {
                    var _ = context.random();
                  }
                  return asked;
                });
    try (var engine = start(workflow)) {
      engine.await(engine.run("asks", null), Status.COMPLETED);
      int most = written.stream().mapToInt(List::size).max().orElseThrow();
      assertTrue(most <= CHANGES_MAX, () -> most + " changes in one command");
      assertEquals(asked + 1, written.stream().mapToInt(List::size).sum());
    }
  }
}
