package dev.perdure.engine;

import static dev.perdure.workflow.Branch.branch;
import static dev.perdure.workflow.FanOut.atOnce;
import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Ending;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cancellation, the end of a run's time, compensation and child runs. */
class EndingTest {

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final List<String> undone = Collections.synchronizedList(new ArrayList<>());

  private static Workflow<String, String> code(String name, WorkflowBody<String, String> body) {
    return Workflow.named(name).input(String.class, "in").code(String.class, body);
  }

  private static Workflow<String, String> code(WorkflowBody<String, String> body) {
    return code("ends", body);
  }

  private TestEngine start(Workflow<?, ?>... workflows) {
    return TestEngine.Setup.in(directory, time).start(workflows);
  }

  private static String note(RunContext context, String name) {
    return context.step(name, "", String.class, (in, _) -> in);
  }

  private static void fail(RunContext context, String name) {
    context.step(
        name,
        "",
        String.class,
        (_, _) -> {
          throw new IllegalStateException("no " + name);
        },
        retries(0));
  }

  private void undo(RunContext context, String name) {
    context.onFailure(name, "", (_, undo) -> undone.add(name + " " + undo.undoes()));
  }

  @Test
  void compensationsRunNewestFirstAndKnowWhatTheyUndoFromEveryPrefix() {
    var workflow =
        code((_, context) -> {
          undo(context, "refund");
          note(context, "charge");
          undo(context, "unpack");
          note(context, "pack");
          undo(context, "recall");
          fail(context, "ship");
          undo(context, "never");
          return note(context, "never-begun");
        });
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsAs(
            null,
            """
            failed error: no ship
            0 step charge completed ""
            1 step pack completed ""
            2 step ship failed error
            ~/0 compensation refund completed null
            ~/1 compensation unpack completed null
            ~/2 compensation recall completed null
            """);
    assertEquals(
        List.of("recall UNKNOWN", "unpack COMPLETED", "refund COMPLETED"), undone.subList(0, 3));
  }

  @Test
  void aCancelledRunIsUndoneFromEveryPrefix() {
    var workflow =
        code((_, context) -> {
          undo(context, "refund");
          note(context, "charge");
          context.sleep("cooling-off", DAY);
          return note(context, "ship");
        });
    new JournalTable(directory, JournalTable.World.cancelWhenWaitingFor("cooling-off"), workflow)
        .assertEndsAs(
            null,
            """
            cancelled cancelled
            0 step charge completed ""
            1 timer cooling-off cancelled
            ~/0 compensation refund completed null
            """);
    assertTrue(undone.stream().allMatch("refund COMPLETED"::equals), undone.toString());
  }

  @Test
  void compensationsOfBranchesRunBeforeWhatCameEarlier() {
    try (var engine =
        start(
            code((_, context) -> {
              undo(context, "outer");
              context.mapScoped(
                  "items",
                  List.of(0, 1),
                  String.class,
                  (n, own) -> {
                    undo(own, "item" + n);
                    return note(own, "work" + n);
                  },
                  atOnce(1));
              fail(context, "last");
              return "";
            }))) {
      engine.await(engine.run("ends", null), Status.FAILED);
      assertEquals(List.of("item1 COMPLETED", "item0 COMPLETED", "outer COMPLETED"), undone);
    }
  }

  @Test
  void aCompensationIsRetriedAndNothingCancelsIt() {
    var attempts = new AtomicInteger();
    try (var engine =
        start(
            code((_, context) -> {
              context.onFailure(
                  "stubborn",
                  "",
                  (_, _) -> {
                    if (attempts.incrementAndGet() < 3) {
                      throw new IllegalStateException("again");
                    }
                  });
              note(context, "work");
              fail(context, "last");
              return "";
            }))) {
      var id = engine.run("ends", null);
      var parked = engine.await(id, run -> run.run().waitingFor() != null);
      assertEquals(Ending.FAILED, parked.run().ending());
      assertEquals("compensating", parked.run().reason().code());
      assertEquals(new CancelResult.AlreadyEnding(Ending.FAILED), engine.engine.cancelRun(id));
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      engine.await(
          id, run -> run.run().waitingFor() != null && run.steps().getLast().attempt() == 2);
      time.awaitWait(Duration.ofSeconds(2));
      time.advance(Duration.ofSeconds(2));
      var run = engine.await(id, Status.FAILED);
      assertEquals("step-failed", run.run().reason().code());
      assertEquals("last", run.run().failingStep());
      assertEquals("no last", run.error().message());
    }
  }

  @Test
  void aCompensationThatFailsBlocksTheRun() {
    try (var engine =
        start(
            code((_, context) -> {
              context.onFailure(
                  "hopeless",
                  "",
                  (_, _) -> {
                    throw new IllegalStateException("stays");
                  },
                  StepOptions.DEFAULT.retries(0));
              note(context, "work");
              fail(context, "last");
              return "";
            }))) {
      var id = engine.run("ends", null);
      var run = engine.await(id, Status.BLOCKED);
      assertEquals("compensation-failed", run.run().reason().code());
      assertTrue(engine.engine.cancelRun(id) instanceof CancelResult.Accepted);
      engine.await(id, Status.CANCELLED);
    }
  }

  @Test
  void cancellingInterruptsTheRunningStepAndRecordsWhatItReturnsWithinItsGrace() throws Exception {
    var entered = new CountDownLatch(1);
    try (var engine =
        start(
            code((_, context) -> {
              undo(context, "undo");
              String got =
                  context.step(
                      "slow",
                      "",
                      String.class,
                      (_, _) -> {
                        entered.countDown();
                        try {
                          new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                          return "saved";
                        }
                        return "";
                      });
              return note(context, "after-" + got);
            }))) {
      var id = engine.run("ends", null);
      entered.await();
      assertTrue(engine.engine.cancelRun(id) instanceof CancelResult.Accepted);
      var run = engine.await(id, Status.CANCELLED);
      assertEquals("\"saved\"", run.steps().getFirst().output().json());
      assertEquals(2, run.steps().size());
      assertEquals(List.of("undo COMPLETED"), undone);
      assertEquals(new CancelResult.RunEnded(Status.CANCELLED), engine.engine.cancelRun(id));
    }
  }

  @Test
  void aStepThatDoesNotHeedTheInterruptIsGivenUpAfterItsGrace() throws Exception {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    try (var engine =
        start(
            code((_, context) -> {
              undo(context, "undo");
              return context.step(
                  "deaf",
                  "",
                  String.class,
                  (_, _) -> {
                    entered.countDown();
                    boolean done = false;
                    while (!done) {
                      try {
                        release.await();
                        done = true;
                      } catch (InterruptedException e) {
                        // Deaf.
                      }
                    }
                    return "late";
                  },
                  StepOptions.DEFAULT.zombieGrace(Duration.ofSeconds(7)));
            }))) {
      var id = engine.run("ends", null);
      entered.await();
      engine.engine.cancelRun(id);
      time.awaitWait(Duration.ofSeconds(7));
      time.advance(Duration.ofSeconds(7));
      var run = engine.await(id, Status.CANCELLED);
      assertEquals(Status.CANCELLED, run.steps().getFirst().status());
      assertEquals(List.of("undo UNKNOWN"), undone);
      assertEquals(1, engine.engine.zombies().size());
      release.countDown();
    }
  }

  @Test
  void aSequenceAndAPendingRunAreCancelled() throws Exception {
    var entered = new CountDownLatch(1);
    var sequence =
        Workflow.named("ends")
            .input(String.class, "")
            .step(
                "held",
                String.class,
                (in, _) -> {
                  entered.countDown();
                  new CountDownLatch(1).await();
                  return in;
                })
            .step("next", String.class, (in, _) -> in)
            .build();
    try (var engine = TestEngine.Setup.in(directory, time).activeRuns(1).start(sequence)) {
      var first = engine.run("ends", null);
      entered.await();
      var second = engine.run("ends", null);
      assertEquals(Status.PENDING, engine.detail(second).run().status());
      engine.engine.cancelRun(second);
      assertEquals(Status.CANCELLED, engine.detail(second).run().status());
      engine.engine.cancelRun(first);
      var run = engine.await(first, Status.CANCELLED);
      assertEquals(Status.CANCELLED, run.steps().getFirst().status());
      assertEquals(
          new CancelResult.NoSuchRun(),
          engine.engine.cancelRun(
              RunId.parse("01900000-0000-7000-8000-000000000000").orElseThrow()));
    }
  }

  @Test
  void aSequenceInABackoffIsCancelledAtOnce() {
    var sequence =
        Workflow.named("ends")
            .input(String.class, "")
            .step(
                "flaky",
                String.class,
                (_, _) -> {
                  throw new IllegalStateException();
                })
            .build();
    try (var engine = start(sequence)) {
      var id = engine.run("ends", null);
      engine.awaitRetry(id, 1);
      engine.engine.cancelRun(id);
      var run = engine.await(id, Status.CANCELLED);
      assertEquals(Status.CANCELLED, run.steps().getFirst().status());
    }
  }

  @Test
  void whenTheTimeOfARunIsUpItIsUndoneAndHasFailed() {
    var workflow =
        Workflow.named("ends")
            .timeout(Duration.ofHours(1))
            .input(String.class, "in")
            .code(
                String.class,
                (_, context) -> {
                  undo(context, "refund");
                  note(context, "charge");
                  context.sleep("too-long", DAY);
                  return "";
                });
    try (var engine = start(workflow)) {
      var id = engine.run("ends", null);
      engine.await(id, run -> run.run().waitingFor() != null);
      time.awaitWait(Duration.ofHours(1));
      time.advance(Duration.ofHours(1).minusMillis(1));
      assertEquals(Status.RUNNING, engine.detail(id).run().status());
      time.advance(Duration.ofMillis(1));
      var run = engine.await(id, Status.FAILED);
      assertEquals("run-timeout", run.run().reason().code());
      assertEquals("run-timeout", run.error().code());
      assertEquals(List.of("refund COMPLETED"), undone);
    }
  }

  @Test
  void theEndOfTheTimeIsTheSameFromEveryPrefix() {
    var workflow =
        Workflow.named("ends")
            .timeout(Duration.ofHours(1))
            .input(String.class, "in")
            .code(
                String.class,
                (_, context) -> {
                  undo(context, "refund");
                  note(context, "charge");
                  return context.await("never", String.class);
                });
    new JournalTable(directory, (engine, _) -> engine.advance(Duration.ofMinutes(1)), workflow)
        .assertEndsAs(
            null,
            """
            failed run-timeout: The run had not ended when its time was up.
            0 step charge completed ""
            1 signal never cancelled
            ~/0 compensation refund completed null
            """);
  }

  @Test
  void aRunThatIsStartedAndLeftAloneIsStartedOnceFromEveryPrefix() {
    var parent =
        code(
            "parent",
            (in, context) -> {
              String id = context.startChild("free", "kid", in);
              context.sleep("a-while", DAY);
              return id.isEmpty() ? "" : "started";
            });
    var kid = code("kid", (in, _) -> in);
    new JournalTable(
            directory,
            (engine, _) ->
                assertTrue(
                    engine
                            .journal
                            .reader()
                            .runs(new dev.perdure.journal.RunFilter("kid", null), 10, null)
                            .runs()
                            .size()
                        <= 1,
                    "started twice"),
            parent,
            kid)
        .assertEndsWith("completed \"started\"");
  }

  @Test
  void aChildIsStartedAndAwaitedFromEveryPrefix() {
    var parent =
        code(
            "parent",
            (in, context) -> {
              String got = context.child("first", "kid", in + "!", String.class);
              return note(context, "after") + got;
            });
    var kid =
        code(
            "kid",
            (in, context) -> {
              context.sleep("nap", DAY);
              return in + note(context, "grown");
            });
    new JournalTable(directory, EndingTest::letChildrenWake, parent, kid)
        .assertEndsAs(
            "\"x\"",
            """
            completed "x!"
            0 child first completed "x!"
            1 step after completed ""
            """);
  }

  /** The run itself waits for a child; that one's timer is moved by the table's small steps. */
  private static void letChildrenWake(TestEngine engine, dev.perdure.journal.RunDetail run) {
    for (var step : run.steps()) {
      if (step.child() != null) {
        engine.advance(DAY);
      }
    }
  }

  @Test
  void aFailedChildFailsTheCallAndNamesIt() {
    var parent =
        code(
            "parent",
            (in, context) -> {
              try {
                return context.child("first", "kid", in, String.class);
              } catch (dev.perdure.workflow.StepFailedException e) {
                return e.step() + " " + e.code() + " " + e.getMessage();
              }
            });
    var kid =
        code(
            "kid",
            (_, context) -> {
              fail(context, "work");
              return "";
            });
    try (var engine = start(parent, kid)) {
      var run = engine.await(engine.run("parent", null), Status.COMPLETED);
      assertEquals("\"first child-failed no work\"", run.output().json());
    }
  }

  @Test
  void cancellingReachesTheChildFirstAndLeavesTheOneThatLivesByItself() {
    var order = Collections.synchronizedList(new ArrayList<String>());
    WorkflowBody<String, String> sleeper =
        (in, context) -> {
          context.onFailure("undo-" + in, in, (who, _) -> order.add(who));
          note(context, "work");
          context.sleep("forever", DAY);
          return in;
        };
    var parent =
        code(
            "parent",
            (_, context) -> {
              context.onFailure("undo-parent", "parent", (who, _) -> order.add(who));
              String free = context.startChild("free", "kid", "free");
              return free + context.child("bound", "kid", "bound", String.class);
            });
    try (var engine = start(parent, code("kid", sleeper))) {
      var id = engine.run("parent", null);
      var waiting =
          engine.await(id, run -> run.steps().size() == 2 && run.steps().getLast().child() != null);
      var bound = waiting.steps().getLast().child();
      var free = waiting.steps().getFirst().child();
      engine.await(bound, run -> run.run().waitingFor() != null);
      engine.await(free, run -> run.run().waitingFor() != null);
      engine.engine.cancelRun(id);
      engine.await(id, Status.CANCELLED);
      engine.await(bound, Status.CANCELLED);
      assertEquals(List.of("bound", "parent"), order);
      assertEquals(Status.RUNNING, engine.detail(free).run().status());
    }
  }

  @Test
  void theTimeOfTheParentIsThatOfTheChild() {
    var parent =
        Workflow.named("parent")
            .timeout(Duration.ofHours(1))
            .input(String.class, "")
            .code(String.class, (in, context) -> context.child("first", "kid", in, String.class));
    var kid =
        code(
            "kid",
            (in, context) -> {
              undo(context, "undo-kid");
              note(context, "work");
              context.sleep("nap", DAY);
              return in;
            });
    try (var engine = start(parent, kid)) {
      var id = engine.run("parent", null);
      var child =
          engine
              .await(id, run -> !run.steps().isEmpty() && run.steps().getFirst().child() != null)
              .steps()
              .getFirst()
              .child();
      engine.await(child, run -> run.run().waitingFor() != null);
      time.awaitWait(Duration.ofHours(1));
      time.advance(Duration.ofHours(1));
      assertEquals("run-timeout", engine.await(child, Status.FAILED).error().code());
      assertEquals("run-timeout", engine.await(id, Status.FAILED).error().code());
      assertEquals(List.of("undo-kid COMPLETED"), undone);
    }
  }

  @Test
  void aBranchThatWaitsIsCancelledWithTheRun() {
    var one =
        branch(
            "one",
            String.class,
            own -> {
              undo(own, "undo-one");
              note(own, "work");
              own.sleep("nap", DAY);
              return "";
            });
    try (var engine =
        start(
            code((_, context) -> {
              context.parallel("both", one);
              return "";
            }))) {
      var id = engine.run("ends", null);
      engine.await(id, run -> run.run().waitingFor() != null);
      engine.engine.cancelRun(id);
      var run = engine.await(id, Status.CANCELLED);
      assertEquals(List.of("undo-one COMPLETED"), undone);
      assertTrue(run.steps().stream().noneMatch(step -> step.status() == Status.RUNNING));
    }
  }

  @Test
  void aCatchAllInTheBodyDoesNotSaveACancelledRun() throws Exception {
    var entered = new CountDownLatch(1);
    try (var engine =
        start(
            code((_, context) -> {
              try {
                context.step(
                    "held",
                    "",
                    String.class,
                    (_, _) -> {
                      entered.countDown();
                      new CountDownLatch(1).await();
                      return "";
                    });
              } catch (Throwable e) {
                return "caught";
              }
              return "";
            }))) {
      var id = engine.run("ends", null);
      entered.await();
      engine.engine.cancelRun(id);
      engine.await(id, Status.CANCELLED);
    }
  }
}
