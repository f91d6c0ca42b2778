package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A step that was running at two crashes in a row runs alone, until what it did is durable. */
@Timeout(60)
class SuspectTest {

  @TempDir private Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final CountDownLatch release = new CountDownLatch(1);
  private volatile CountDownLatch entered = new CountDownLatch(1);

  private final Workflow<String, String> suspect =
      Workflow.named("suspect")
          .input(String.class, "")
          .step(
              "work",
              String.class,
              (in, _) -> {
                entered.countDown();
                release.await();
                return "done";
              })
          .build();

  private final Workflow<String, String> innocent =
      Workflow.named("innocent")
          .input(String.class, "")
          .step("work", String.class, (in, _) -> "done")
          .build();

  @Test
  void nothingStartsBesideASuspectWhoseEndIsNotDurable() throws InterruptedException {
    var id = cutOffTwice();
    var held = new HeldCompletion[1];
    entered = new CountDownLatch(1);
    var setup =
        TestEngine.Setup.in(directory, time)
            .around(inner -> held[0] = new HeldCompletion(inner, id));
    try (var engine = setup.start(suspect, innocent)) {
      entered.await();
      release.countDown();
      held[0].arrived.await();
      var other = engine.run("innocent", null);
      assertEquals(
          List.of(), engine.detail(other).steps(), "a kill now would be the suspect's last strike");
      held[0].goOn.complete(null);
      engine.await(id, Status.COMPLETED);
      engine.await(other, Status.COMPLETED);
    }
  }

  private RunId cutOffTwice() throws InterruptedException {
    RunId id = null;
    for (int crash = 1; crash <= 2; crash++) {
      entered = new CountDownLatch(1);
      var engine = TestEngine.Setup.in(directory, time).start(suspect, innocent);
      id = id == null ? engine.run("suspect", null) : id;
      entered.await();
      engine.crash();
    }
    return id;
  }

  /** Holds back the end of the step of a run. */
  private static final class HeldCompletion extends ForwardingJournal {

    final CountDownLatch arrived = new CountDownLatch(1);
    final CompletableFuture<Void> goOn = new CompletableFuture<>();
    private final RunId run;

    HeldCompletion(Journal inner, RunId run) {
      super(inner);
      this.run = run;
    }

    @Override
    public <R> CompletableFuture<R> submit(Command<R> command) {
      boolean isEnd =
          command instanceof Command.Advance advance
              && advance.id().equals(run)
              && advance.changes().stream().anyMatch(Change.StepCompleted.class::isInstance);
      if (!isEnd) {
        return super.submit(command);
      }
      arrived.countDown();
      return goOn.thenCompose(_ -> super.submit(command));
    }
  }
}
