package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeWorkflowTest {

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final List<String> ran = new CopyOnWriteArrayList<>();

  private static Workflow<Integer, String> code(WorkflowBody<Integer, String> body) {
    return Workflow.named("code").input(Integer.class, 3).code(String.class, body);
  }

  /** A step that notes that it ran and answers its input. */
  private String note(RunContext context, String name, String input) {
    return context.step(
        name,
        input,
        String.class,
        (in, _) -> {
          ran.add(name);
          return in;
        });
  }

  private TestEngine start(WorkflowBody<Integer, String> body) {
    return TestEngine.Setup.in(directory, time).start(code(body));
  }

  @Test
  void aLoopAsksForAsManyStepsAsItsInputSays() {
    try (var engine =
        start((count, context) -> {
          var parts = new ArrayList<String>();
          for (int i = 0; i < count; i++) {
            parts.add(note(context, "part", "p" + i));
          }
          return String.join("+", parts);
        })) {
      var run = engine.await(engine.run("code", "3"), Status.COMPLETED);
      assertEquals("\"p0+p1+p2\"", run.output().json());
      assertEquals(3, run.steps().size());
      assertEquals("\"p2\"", run.steps().get(2).input().json());
      assertEquals(List.of("part", "part", "part"), ran);
    }
  }

  @Test
  void theBodySeesAFailedStepAndMayGoOn() {
    try (var engine =
        start((_, context) -> {
          try {
            return context.step(
                "fails",
                1,
                String.class,
                (_, _) -> {
                  throw new IllegalStateException("boom");
                },
                retries(0));
          } catch (StepFailedException e) {
            return note(context, "instead", e.code() + " " + e.type() + " " + e.getMessage());
          }
        })) {
      var run = engine.await(engine.run("code", null), Status.COMPLETED);
      assertEquals("\"error java.lang.IllegalStateException boom\"", run.output().json());
      assertEquals(Status.FAILED, run.steps().getFirst().status());
    }
  }

  @Test
  void anUncaughtFailedStepFailsTheRunAndNamesTheStep() {
    try (var engine =
        start((_, context) ->
            context.step(
                "fails",
                1,
                String.class,
                (_, _) -> {
                  throw new IllegalStateException("boom");
                },
                retries(0)))) {
      var run = engine.await(engine.run("code", null), Status.FAILED);
      assertEquals("fails", run.run().failingStep());
      assertEquals("boom", run.error().message());
      assertEquals("step-failed", run.run().reason().code());
    }
  }

  @Test
  void anErrorOfTheBodyFailsTheRun() {
    try (var engine =
        start((_, context) -> {
          note(context, "before", "x");
          throw new java.io.IOException("body");
        })) {
      var run = engine.await(engine.run("code", null), Status.FAILED);
      assertEquals("run-failed", run.run().reason().code());
      assertEquals("java.io.IOException", run.error().type());
      assertEquals(Status.COMPLETED, run.steps().getFirst().status());
    }
  }

  @Test
  void aRetryReplaysTheBodyWithoutRunningWhatIsDone() {
    var calls = new AtomicInteger();
    try (var engine =
        start((_, context) -> {
          String first = note(context, "first", "a");
          return context.step(
              "flaky",
              first,
              String.class,
              (in, _) -> {
                if (calls.incrementAndGet() < 3) {
                  throw new IllegalStateException();
                }
                return in + "!";
              });
        })) {
      var id = engine.run("code", null);
      for (int attempt = 1; attempt <= 2; attempt++) {
        engine.awaitRetry(id, attempt);
        time.awaitWait(Duration.ofSeconds(attempt));
        time.advance(Duration.ofSeconds(attempt));
      }
      var run = engine.await(id, Status.COMPLETED);
      assertEquals("\"a!\"", run.output().json());
      assertEquals(List.of("first"), ran);
      assertEquals(3, run.steps().getLast().attempt());
    }
  }

  @Test
  void aBodyThatCatchesEverythingIsUnwoundAllTheSame() {
    var calls = new AtomicInteger();
    var later = new AtomicReference<Throwable>();
    try (var engine =
        start((_, context) -> {
          try {
            return context.step(
                "flaky",
                1,
                String.class,
                (_, _) -> {
                  if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException();
                  }
                  return "done";
                });
          } catch (Throwable unwinding) {
            try {
              note(context, "effect", "x");
            } catch (Throwable again) {
              later.set(again);
            }
            return "wrong";
          }
        })) {
      var id = engine.run("code", null);
      engine.awaitRetry(id, 1);
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      var run = engine.await(id, Status.COMPLETED);
      assertEquals("\"done\"", run.output().json());
      assertTrue(later.get() instanceof Unwind);
      assertEquals(List.of(), ran);
    }
  }

  @Test
  void aContextUsedFromAnotherThreadThrows() {
    var seen = new AtomicReference<Throwable>();
    try (var engine =
        start((_, context) -> {
          var other =
              Thread.ofVirtual()
                  .start(() -> {
                    try {
                      note(context, "stolen", "x");
                    } catch (Throwable e) {
                      seen.set(e);
                    }
                  });
          other.join();
          return note(context, "own", "y");
        })) {
      engine.await(engine.run("code", null), Status.COMPLETED);
      assertTrue(seen.get() instanceof IllegalStateException);
      assertTrue(seen.get().getMessage().contains("another thread"));
      assertEquals(List.of("own"), ran);
    }
  }

  // --- changed code -----------------------------------------------------------------------------

  /** Runs a and b, dies while c waits for its retry, and goes on with other code. */
  private RunDetail goOnWith(WorkflowBody<Integer, String> changed) {
    WorkflowBody<Integer, String> original =
        (_, context) -> {
          note(context, "a", "1");
          note(context, "b", "2");
          return context.step(
              "c",
              "3",
              String.class,
              (_, _) -> {
                throw new IllegalStateException("later");
              },
              StepOptions.DEFAULT);
        };
    var before = start(original);
    var id = before.run("code", null);
    before.awaitRetry(id, 1);
    before.crash();
    ran.clear();
    var after = start(changed);
    try (after) {
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      return after.await(id, run -> run.run().status() != Status.RUNNING);
    }
  }

  private void assertBlocked(RunDetail run, String recorded, String asked) {
    assertEquals(Status.BLOCKED, run.run().status());
    assertEquals("code-mismatch", run.run().reason().code());
    String message = run.run().reason().message();
    assertTrue(message.contains(recorded), message);
    assertTrue(message.contains(asked), message);
    assertEquals(List.of(), ran);
  }

  @Test
  void theSameCodeGoesOn() {
    var run =
        goOnWith((_, context) -> {
          note(context, "a", "1");
          note(context, "b", "2");
          note(context, "c", "3");
          return note(context, "d", "4");
        });
    assertEquals(Status.COMPLETED, run.run().status());
    assertEquals(List.of("c", "d"), ran);
    assertEquals(2, run.steps().get(2).attempt());
  }

  @Test
  void aRenamedStepBlocksTheRun() {
    var run =
        goOnWith((_, context) -> {
          note(context, "a", "1");
          return note(context, "renamed", "2");
        });
    assertBlocked(run, "step \"b\"", "step \"renamed\"");
  }

  @Test
  void anInsertedStepBlocksTheRun() {
    var run =
        goOnWith((_, context) -> {
          note(context, "inserted", "0");
          note(context, "a", "1");
          return note(context, "b", "2");
        });
    assertBlocked(run, "step \"a\"", "step \"inserted\"");
  }

  @Test
  void aRemovedStepBlocksTheRun() {
    var run =
        goOnWith((_, context) -> {
          note(context, "b", "2");
          return note(context, "c", "3");
        });
    assertBlocked(run, "step \"a\"", "step \"b\"");
  }

  @Test
  void aBodyThatEndsEarlyBlocksTheRun() {
    var run = goOnWith((_, context) -> note(context, "a", "1"));
    assertBlocked(run, "step \"b\"", "nothing more");
  }

  @Test
  void aChangedInputBlocksTheRun() {
    var run =
        goOnWith((_, context) -> {
          note(context, "a", "1");
          return note(context, "b", "changed");
        });
    assertBlocked(run, "step \"b\" with input", "step \"b\" with input");
  }

  @Test
  void anOutputThatTheNewTypeCanNotReadBlocksTheRun() {
    var run =
        goOnWith((_, context) -> {
          context.step("a", "1", String[].class, (_, _) -> new String[] {"1"});
          return note(context, "b", "2");
        });
    assertEquals(Status.BLOCKED, run.run().status());
    assertTrue(run.run().reason().message().contains("output of step \"a\""));
  }

  @Test
  void aBlockedRunGoesOnOnceFittingCodeIsInstalledAgain() {
    var blocked = goOnWith((_, context) -> note(context, "other", "1"));
    assertEquals(Status.BLOCKED, blocked.run().status());
    try (var engine =
        start((_, context) -> {
          note(context, "a", "1");
          note(context, "b", "2");
          return note(context, "c", "3");
        })) {
      var run = engine.await(blocked.run().id(), Status.COMPLETED);
      assertEquals(List.of("c"), ran);
      assertEquals("\"3\"", run.output().json());
    }
  }

  private static boolean is(Command<?> command, Class<? extends Change> first) {
    return command instanceof Command.Advance advance
        && first.isInstance(advance.changes().getFirst());
  }

  private TestEngine startBroken(Predicate<Command<?>> broken, WorkflowBody<Integer, String> body) {
    return TestEngine.Setup.in(directory, time)
        .around(inner -> {
          var faulty = new FaultyJournal(inner);
          faulty.broken = broken;
          return faulty;
        })
        .start(code(body));
  }

  @Test
  void aResultThatCanNotBeStoredByItselfBlocksTheRun() throws InterruptedException {
    var flushed = new CountDownLatch(1);
    Predicate<Command<?>> broken =
        command -> {
          if (is(command, Change.StepCompleted.class)) {
            flushed.countDown();
            return true;
          }
          return false;
        };
    var goOn = new CountDownLatch(1);
    try (var engine =
        startBroken(
            broken,
            (_, context) -> {
              var first = note(context, "first", "a");
              awaitQuietly(goOn);
              return note(context, "second", first);
            })) {
      var id = engine.run("code", null);
      time.awaitWait(Duration.ofMillis(5));
      time.advance(Duration.ofMillis(5));
      flushed.await();
      goOn.countDown();
      assertEquals("internal", engine.await(id, Status.BLOCKED).run().reason().code());
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void theBodyCanNotTakeTheJournalsTroubleForItsSteps() {
    Predicate<Command<?>> broken =
        command ->
            is(command, Change.AttemptStarted.class)
                && command instanceof Command.Advance advance
                && advance.changes().getFirst() instanceof Change.AttemptStarted started
                && started.name().equals("charge");
    try (var engine =
        startBroken(
            broken,
            (_, context) -> {
              try {
                return note(context, "charge", "a");
              } catch (RuntimeException e) {
                return note(context, "refund", "a");
              }
            })) {
      var run = engine.await(engine.run("code", null), Status.BLOCKED);
      assertEquals("internal", run.run().reason().code());
      assertEquals(List.of(), ran);
    }
  }
}
