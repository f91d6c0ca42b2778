package dev.perdure.engine;

import static dev.perdure.workflow.Branch.branch;
import static dev.perdure.workflow.FanOut.atOnce;
import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.engine.JournalTable.World;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fan-out fails with, and what is left of it. */
class FailedFanOutTest {

  @TempDir Path directory;

  private static Workflow<Integer, String> code(WorkflowBody<Integer, String> body) {
    return Workflow.named("fans").input(Integer.class, 1).code(String.class, body);
  }

  private static String refuse(RunContext context, String name) {
    return context.step(
        name,
        1,
        String.class,
        (_, _) -> {
          throw new FinalStepException("no");
        });
  }

  /**
   * The engine is killed behind each write of a fan-out with one place, and the child that was
   * cancelled for the failure comes to its end before the parent goes on: it stands first.
   */
  @Test
  void theEndOfAChildThatWasCancelledForAFailureIsNotTheFailure() {
    var child =
        Workflow.named("child")
            .input(Integer.class, 1)
            .code(String.class, (_, context) -> context.await("never", String.class));
    var parent =
        code((_, context) -> {
          var starts =
              branch("starts", String.class, c -> c.child("kid", "child", 1, String.class));
          var fails = branch("fails", String.class, c -> refuse(c, "bad"));
          return context.parallel("both", atOnce(1), starts, fails).get(starts);
        });
    int childrenEnded = 0;
    boolean crashed = true;
    for (int writes = 1; crashed; writes++) {
      var setup =
          TestEngine.Setup.in(
              directory.resolve("crash-" + writes), new ManualTime(TestEngine.START));
      var first = setup.crashAfter(writes).open(parent, child);
      crashed = endsOrCrashes(first);
      first.crash();
      try (var second = setup.start(child)) {
        childrenEnded += awaitEndingChildren(second);
      }
      try (var third = setup.start(parent, child)) {
        for (var run : runsOf(third, "fans")) {
          var end = third.await(run.id(), Status.FAILED);
          assertEquals("no", end.error().message(), "crashed behind write " + writes);
        }
      }
    }
    assertTrue(childrenEnded > 0, "no child had been cancelled at any crash");
  }

  private static boolean endsOrCrashes(TestEngine engine) {
    try {
      engine.engine.start();
      var id = engine.run("fans", null);
      CompletableFuture.anyOf(
              engine.journal.crashed(),
              CompletableFuture.runAsync(() -> engine.await(id, Status.FAILED)))
          .join();
    } catch (JournalException.Closed e) {
      return true;
    }
    return engine.journal.crashed().isDone();
  }

  private static int awaitEndingChildren(TestEngine engine) {
    var ending = runsOf(engine, "child").stream().filter(run -> run.ending() != null).toList();
    ending.forEach(run -> engine.await(run.id(), Status.CANCELLED));
    return ending.size();
  }

  private static List<RunRecord> runsOf(TestEngine engine, String workflow) {
    return engine.journal.reader().runs(new RunFilter(workflow, null), 10, null).runs();
  }

  /** What has begun is undone, wherever the engine was killed. */
  @Test
  void whatABranchBesideAFailureHasDoneIsUndoneFromEveryPrefix() {
    var workflow =
        code((_, context) -> {
          var fails =
              branch(
                  "fails",
                  String.class,
                  c -> {
                    c.sleep("later", Duration.ofSeconds(5));
                    return refuse(c, "bad");
                  });
          var works =
              branch(
                  "works",
                  String.class,
                  c -> {
                    c.onFailure("undo", 1, (_, _) -> {});
                    c.step("done", 1, String.class, (_, _) -> "done");
                    return c.await("never", String.class);
                  });
          return context.parallel("both", atOnce(2), fails, works).get(works);
        });
    new JournalTable(directory, World.time(), workflow)
        .assertEndsAs(
            null,
            """
            failed final: no
            0 parallel both failed final
            0/0 branch fails failed final
            0/0/0 timer later completed null
            0/0/1 step bad failed final
            0/1 branch works cancelled
            0/1/0 step done completed "done"
            0/1/1 signal never cancelled
            ~0/1/0 compensation undo completed null
            """);
  }

  /** Sleeps, dates and messages that nobody waits for any more must not hold up the replay. */
  @Test
  void aBodyThatCatchesAFailureGoesOnBesideWaitsThatWereGivenUp() {
    var workflow =
        code((_, context) -> {
          var fails = branch("fails", String.class, c -> refuse(c, "bad"));
          var sleeps =
              branch(
                  "sleeps",
                  String.class,
                  c -> {
                    c.sleep("hour", Duration.ofHours(1));
                    return "";
                  });
          var dates =
              branch(
                  "dates",
                  String.class,
                  c -> {
                    c.sleepUntil("date", TestEngine.START.plusSeconds(7_200));
                    return "";
                  });
          var waits = branch("waits", String.class, c -> c.await("never", String.class));
          try {
            return context.parallel("all", atOnce(4), sleeps, dates, waits, fails).get(fails);
          } catch (StepFailedException e) {
            context.sleep("calm", Duration.ofSeconds(1));
            return e.getMessage();
          }
        });
    new JournalTable(directory, World.time(), workflow).assertEndsWith("completed \"no\"");
  }

  /** The units were promised room, and something beside them takes it before all have begun. */
  @Test
  void aFanOutThatFindsNoRoomAnyMoreFailsWithTheLimit() throws Exception {
    var begun = new CountDownLatch(1);
    var full = new CountDownLatch(1);
    var fans =
        branch(
            "fans",
            Integer.class,
            c ->
                c.map(
                        "units",
                        List.of(1, 2),
                        Integer.class,
                        (n, _) -> {
                          begun.countDown();
                          full.await();
                          return n;
                        },
                        atOnce(1))
                    .size());
    var fills =
        branch(
            "fills",
            Integer.class,
            c -> {
              begun.await();
              // The parallel, its two branches, the map and its first unit have begun.
              for (int taken = 5; taken < Entries.ENTRIES_MAX; taken++) {
                var _ = c.random();
              }
              full.countDown();
              return 1;
            });
    var workflow =
        code((_, context) -> "" + context.parallel("both", atOnce(2), fans, fills).get(fans));
    try (var engine =
        TestEngine.Setup.in(directory, new ManualTime(TestEngine.START)).start(workflow)) {
      var run = engine.await(engine.run("fans", null), it -> it.run().status() != Status.RUNNING);
      assertEquals(Status.FAILED, run.run().status(), () -> run.run().toString());
      assertTrue(run.error().message().contains("100,000"), run.error().message());
    }
  }

  /** Of a step that waits for its retry when another one ends the fan-out. */
  @Test
  void aRunDoesNotSpeakOfARetryThatItsFanOutHasGivenUp() {
    var time = new ManualTime(TestEngine.START);
    var workflow =
        code((_, context) -> {
          var retries =
              branch(
                  "retries",
                  String.class,
                  c ->
                      c.step(
                          "flaky",
                          1,
                          String.class,
                          (_, _) -> {
                            throw new IllegalStateException("not yet");
                          },
                          retries(9).backoff(Duration.ofHours(1), 1, Duration.ofHours(1))));
          var fails =
              branch(
                  "fails",
                  String.class,
                  c -> {
                    c.await("go", String.class);
                    throw new IllegalStateException("of its own");
                  });
          try {
            return context.parallel("both", atOnce(2), retries, fails).get(fails);
          } catch (RuntimeException e) {
            return context.await("more", String.class);
          }
        });
    try (var engine = TestEngine.Setup.in(directory, time).start(workflow)) {
      var id = engine.run("fans", null);
      var before = engine.await(id, run -> run.run().reason() != null);
      assertEquals("retrying", before.run().reason().code());
      engine.await(id, run -> run.steps().stream().anyMatch(step -> step.name().equals("go")));
      engine.engine.signal(id, "go", null, "1");
      var after =
          engine.await(
              id, run -> run.steps().stream().anyMatch(step -> step.name().equals("more")));
      assertEquals(null, after.run().reason());
      assertEquals(null, after.run().failingStep());
    }
  }
}
