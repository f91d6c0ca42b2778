package dev.perdure.engine;

import static dev.perdure.workflow.Branch.branch;
import static dev.perdure.workflow.FanOut.atOnce;
import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Outcome;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps and parallels. */
class FanOutTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private static Workflow<Integer, String> code(WorkflowBody<Integer, String> body) {
    return Workflow.named("fans").input(Integer.class, 3).code(String.class, body);
  }

  private TestEngine start(WorkflowBody<Integer, String> body) {
    return TestEngine.Setup.in(directory, time).start(code(body));
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static String note(RunContext context, String name, String text) {
    return context.step(name, text, String.class, (in, _) -> in);
  }

  @Test
  void aMapAnswersInOrderFromEveryPrefix() {
    var workflow =
        code((count, context) -> {
          var doubled =
              context.map("double", upTo(count), Integer.class, (n, _) -> 2 * n, atOnce(1));
          return note(context, "after", doubled.toString());
        });
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsAs(
            "3",
            """
            completed "[0, 2, 4]"
            0 map double completed null
            0/0 step double completed 0
            0/1 step double completed 2
            0/2 step double completed 4
            1 step after completed "[0, 2, 4]"
            """);
  }

  @Test
  void itemsThatFailAreRetriedBesideTheOthers() {
    var workflow =
        code((count, context) ->
            context
                .map(
                    "flaky",
                    upTo(count),
                    Integer.class,
                    (n, step) -> {
                      if (n == 1 && step.attempt() < 3) {
                        throw new IllegalStateException("not yet");
                      }
                      return n;
                    })
                .toString());
    try (var engine = TestEngine.Setup.in(directory, time).start(workflow)) {
      var id = engine.run("fans", "3");
      var parked = engine.await(id, run -> run.run().waitingFor() != null);
      assertEquals(WaitingFor.Kind.RETRY, parked.run().waitingFor().kind());
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      engine.await(
          id,
          run ->
              run.run().waitingFor() != null
                  && run.steps().get(2).attempt()
                          + run.steps().get(1).attempt()
                          + run.steps().get(3).attempt()
                      == 4);
      time.awaitWait(Duration.ofSeconds(2));
      time.advance(Duration.ofSeconds(2));
      assertEquals("\"[0, 1, 2]\"", engine.await(id, Status.COMPLETED).output().json());
    }
  }

  @Test
  void itemsThatFailTwiceAreDoneFromEveryPrefix() {
    var workflow =
        code((count, context) ->
            context
                .map(
                    "flaky",
                    upTo(count),
                    Integer.class,
                    (n, step) -> {
                      if (n == 1 && step.attempt() < 3) {
                        throw new IllegalStateException("not yet");
                      }
                      return n;
                    },
                    atOnce(1).each(retries(10)))
                .toString());
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsWith("completed \"[0, 1, 2]\"");
  }

  @Test
  void noMoreThanTheLimitAtOnce() {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    try (var engine =
        start((count, context) ->
            context
                    .map(
                        "counted",
                        upTo(count),
                        Integer.class,
                        (n, _) -> {
                          most.accumulateAndGet(now.incrementAndGet(), Math::max);
                          Thread.yield();
                          now.decrementAndGet();
                          return n;
                        },
                        atOnce(3))
                    .size()
                + "")) {
      engine.await(engine.run("fans", "60"), Status.COMPLETED);
      assertTrue(most.get() <= 3, "at once: " + most);
    }
  }

  @Test
  void theFirstFailureCancelsTheOthersFromEveryPrefix() {
    var workflow =
        code((count, context) -> {
          try {
            context.map(
                "work",
                upTo(count),
                Integer.class,
                (n, _) -> {
                  if (n == 2) {
                    throw new IllegalStateException("two");
                  }
                  return n;
                },
                atOnce(1).each(retries(0)));
            return "not reached";
          } catch (StepFailedException e) {
            return note(context, "instead", e.step() + " " + e.getMessage());
          }
        });
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsAs(
            "5",
            """
            completed "work two"
            0 map work failed error
            0/0 step work completed 0
            0/1 step work completed 1
            0/2 step work failed error
            1 step instead completed "work two"
            """);
  }

  @Test
  void aFailureInterruptsWhatIsInFlight() throws Exception {
    var entered = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    try (var engine =
        start((_, context) -> {
          context.map(
              "work",
              List.of(0, 1),
              Integer.class,
              (n, _) -> {
                if (n == 0) {
                  entered.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                }
                entered.await();
                throw new IllegalStateException("one");
              },
              atOnce(2).each(retries(0)));
          return "";
        })) {
      var run = engine.await(engine.run("fans", null), Status.FAILED);
      interrupted.await();
      assertEquals("work", run.run().failingStep());
      assertEquals(
          Status.CANCELLED,
          run.steps().stream()
              .filter(step -> step.scope().equals("0") && step.position() == 0)
              .findFirst()
              .orElseThrow()
              .status());
    }
  }

  @Test
  void collectsEveryOutcomeFromEveryPrefix() {
    var workflow =
        code((count, context) -> {
          var outcomes =
              context.mapAll(
                  "work",
                  upTo(count),
                  Integer.class,
                  (n, _) -> {
                    if (n == 1) {
                      throw new IllegalStateException("one");
                    }
                    return n;
                  },
                  atOnce(1).each(retries(0)));
          var shown = new ArrayList<String>();
          for (var outcome : outcomes) {
            shown.add(
                switch (outcome) {
                  case Outcome.Completed<Integer>(var value) -> "ok" + value;
                  case Outcome.Failed<Integer>(var error) -> error.getMessage();
                });
          }
          return shown.toString();
        });
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsAs(
            "3",
            """
            completed "[ok0, one, ok2]"
            0 map work completed null
            0/0 step work completed 0
            0/1 step work failed error
            0/2 step work completed 2
            """);
  }

  @Test
  void itemsWithSeveralStepsAndWaitsFromEveryPrefix() {
    var workflow =
        code((count, context) ->
            context
                .mapScoped(
                    "import",
                    upTo(count),
                    String.class,
                    (n, own) -> {
                      String read = note(own, "read", "r" + n);
                      own.sleep("pause", HOUR);
                      return note(own, "write", read + "w");
                    },
                    atOnce(1))
                .toString());
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsAs(
            "2",
            """
            completed "[r0w, r1w]"
            0 map import completed null
            0/0 item import completed "r0w"
            0/0/0 step read completed "r0"
            0/0/1 timer pause completed null
            0/0/2 step write completed "r0w"
            0/1 item import completed "r1w"
            0/1/0 step read completed "r1"
            0/1/1 timer pause completed null
            0/1/2 step write completed "r1w"
            """);
  }

  @Test
  void branchesOfDifferentTypesFromEveryPrefix() {
    var stock =
        branch(
            "stock",
            Integer.class,
            context -> context.step("count", 1, Integer.class, (n, _) -> 40 + n));
    var approval =
        branch("approval", String.class, context -> context.await("approval", String.class));
    var workflow =
        code((_, context) -> {
          var done = context.parallel("checks", stock, approval);
          return done.get(approval) + " " + done.get(stock);
        });
    new JournalTable(directory, JournalTable.World.signals("approval", "\"yes\""), workflow)
        .assertEndsAs(
            null,
            """
            completed "yes 41"
            0 parallel checks completed null
            0/0 branch stock completed 41
            0/0/0 step count completed 41
            0/1 branch approval completed "yes"
            0/1/0 signal approval completed {"signal":"approval","payload":"yes"}
            """);
  }

  @Test
  void aSignalReachesABranchWhileAnotherWorks() throws Exception {
    var release = new CountDownLatch(1);
    var works =
        branch(
            "works",
            String.class,
            context ->
                context.step(
                    "held",
                    1,
                    String.class,
                    (_, _) -> {
                      release.await();
                      return "held";
                    }));
    var waits =
        branch(
            "waits",
            String.class,
            context -> {
              String taken = context.await("go", String.class);
              return note(context, "taken", taken);
            });
    try (var engine =
        start((_, context) -> {
          var done = context.parallel("both", works, waits);
          return done.get(works) + done.get(waits);
        })) {
      var id = engine.run("fans", null);
      engine.await(id, run -> run.steps().stream().anyMatch(step -> step.name().equals("go")));
      engine.engine.signal(id, "go", null, "\"gone\"");
      engine.await(id, run -> run.steps().stream().anyMatch(step -> step.name().equals("taken")));
      release.countDown();
      assertEquals("\"heldgone\"", engine.await(id, Status.COMPLETED).output().json());
    }
  }

  @Test
  void aBranchThatFailsNamesItselfAndItsContextMayNotBeUsedElsewhere() {
    var seen = Collections.synchronizedList(new ArrayList<RunContext>());
    try (var engine =
        start((_, context) -> {
          var one =
              branch(
                  "one",
                  String.class,
                  own -> {
                    seen.add(own);
                    throw new java.io.IOException("broken");
                  });
          try {
            context.parallel("both", one);
            return "";
          } catch (StepFailedException e) {
            assertThrows(IllegalStateException.class, () -> note(seen.getFirst(), "elsewhere", ""));
            return e.step() + " " + e.code() + " " + e.getMessage();
          }
        })) {
      var run = engine.await(engine.run("fans", null), Status.COMPLETED);
      assertEquals("\"both error broken\"", run.output().json());
    }
  }

  @Test
  void aChangedListBlocksTheRunAndRunsNothing() {
    var ran = new AtomicInteger();
    var list = new ArrayList<>(List.of(1, 2, 3));
    WorkflowBody<Integer, String> body =
        (_, context) -> {
          context.map(
              "work",
              list,
              Integer.class,
              (n, _) -> {
                ran.incrementAndGet();
                return n;
              });
          context.sleep("night", HOUR);
          return "";
        };
    for (var changed : List.of(List.of(1, 2), List.of(1, 9, 3), List.of(1, 2, 3, 4))) {
      list.clear();
      list.addAll(List.of(1, 2, 3));
      var first =
          TestEngine.Setup.in(directory.resolve(changed.toString()), time).start(code(body));
      var id = first.run("fans", null);
      first.await(id, run -> run.run().waitingFor() != null);
      first.crash();
      list.clear();
      list.addAll(changed);
      time.advance(HOUR);
      ran.set(0);
      try (var second =
          TestEngine.Setup.in(directory.resolve(changed.toString()), time).start(code(body))) {
        time.advance(Duration.ZERO);
        var run = second.await(id, Status.BLOCKED);
        assertEquals("code-mismatch", run.run().reason().code());
        assertTrue(run.run().reason().message().contains("\"work\""), run.run().reason().message());
        assertEquals(0, ran.get());
      }
    }
  }

  @Test
  void anItemThatCanNotBeStoredFailsTheRunAndRunsNothing() {
    var ran = new AtomicInteger();
    try (var engine =
        start((_, context) ->
            context
                .map(
                    "work",
                    List.of("fine", "half a pair \uD800"),
                    String.class,
                    (text, _) -> {
                      ran.incrementAndGet();
                      return text;
                    })
                .toString())) {
      var run = engine.await(engine.run("fans", null), Status.FAILED);
      assertTrue(run.error().message().contains("surrogate"), run.error().message());
      assertEquals(0, ran.get());
    }
  }

  @Test
  void tenThousandItemsOfOneRun() {
    try (var engine =
        start((count, context) ->
            Integer.toString(
                context.map("many", upTo(count), Integer.class, (n, _) -> n, atOnce(64)).stream()
                    .mapToInt(n -> n)
                    .sum()))) {
      var run = engine.await(engine.run("fans", "10000"), Status.COMPLETED);
      assertEquals("\"49995000\"", run.output().json());
    }
  }

  @Test
  void oneItemMoreFailsTheRunWithASentence() {
    try (var engine =
        start((count, context) ->
            context.map("many", upTo(count), Integer.class, (n, _) -> n).toString())) {
      var run = engine.await(engine.run("fans", "10001"), Status.FAILED);
      assertTrue(run.error().message().contains("10,000"), run.error().message());
    }
  }
}
