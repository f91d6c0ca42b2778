package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perdure.journal.Change;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Once a cancellation is acknowledged, no code of another step begins. */
@Timeout(60)
class CancelledStartTest {

  @TempDir private Path directory;
  private final List<String> begun = new CopyOnWriteArrayList<>();

  @Test
  void aStepThatIsAboutToBeginDoesNot() throws InterruptedException {
    assertDoesNotBegin(
        Workflow.named("late")
            .input(String.class, "")
            .code(String.class, (in, ctx) -> plain(ctx, in)));
  }

  @Test
  void neitherDoesATransactionalOne() throws InterruptedException {
    assertDoesNotBegin(
        Workflow.named("late")
            .input(String.class, "")
            .code(
                String.class,
                (in, ctx) ->
                    ctx.transaction(
                        "only",
                        String.class,
                        (tx, step) -> {
                          begun.add("only");
                          return in;
                        })));
  }

  private String plain(RunContext ctx, String in) {
    return ctx.step(
        "only",
        in,
        String.class,
        (it, step) -> {
          begun.add("only");
          return it;
        });
  }

  private void assertDoesNotBegin(Workflow<String, String> workflow) throws InterruptedException {
    var held = new HeldChange[1];
    var setup =
        TestEngine.Setup.in(directory, new ManualTime(TestEngine.START))
            .around(inner -> held[0] = new HeldChange(inner, Change.AttemptStarted.class));
    try (var engine = setup.start(workflow)) {
      var id = engine.run("late", null);
      held[0].arrived.await();
      engine.engine.cancelRun(id);
      held[0].goOn.complete(null);
      engine.await(id, Status.CANCELLED);
      assertEquals(List.of(), begun);
    }
  }
}
