package dev.perdure.engine;

import static dev.perdure.workflow.Branch.branch;
import static dev.perdure.workflow.FanOut.atOnce;
import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.testing.ManualTime;
import dev.perdure.testing.memory.MemoryStore;
import dev.perdure.workflow.FinalStepException;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens between two moments that usually follow one another at once. */
@Timeout(60)
class RacesTest {

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final List<String> undone = Collections.synchronizedList(new ArrayList<>());

  private static Workflow<String, String> code(String name, WorkflowBody<String, String> body) {
    return Workflow.named(name).input(String.class, "in").code(String.class, body);
  }

  private TestEngine.Setup setup() {
    return TestEngine.Setup.in(directory, time);
  }

  private void undo(RunContext context, String name) {
    context.onFailure(name, "", (_, undo) -> undone.add(name + " " + undo.undoes()));
  }

  @Test
  void aBlockedRunThatCanBeReplayedIsCancelledAndUndone() {
    var entered = new CountDownLatch(1);
    var workflow =
        code(
            "pays",
            (_, context) -> {
              undo(context, "refund");
              return context.step(
                  "pay",
                  "",
                  String.class,
                  (_, _) -> {
                    entered.countDown();
                    new CountDownLatch(1).await();
                    return "";
                  },
                  StepOptions.DEFAULT.atMostOnce());
            });
    var before = setup().start(workflow);
    var id = before.run("pays", null);
    awaitDown(entered);
    before.crash();
    try (var engine = setup().start(workflow)) {
      assertEquals("outcome-unknown", engine.await(id, Status.BLOCKED).run().reason().code());
      assertTrue(engine.engine.cancelRun(id) instanceof CancelResult.Accepted);
      engine.await(id, Status.CANCELLED);
      assertEquals(List.of("refund UNKNOWN"), undone);
    }
  }

  private static Workflow<String, String> child() {
    return code("child", (_, context) -> context.await("never", String.class));
  }

  @Test
  void aCancellationThatIsStoredBeforeTheFailureItselfIsHowTheRunEnds() {
    var faulty = new AtomicReference<FaultyJournal>();
    var workflow =
        code(
            "pays",
            (_, context) -> {
              undo(context, "refund");
              context.step("pay", "", String.class, (_, _) -> "");
              throw new FinalStepException("no");
            });
    try (var engine =
        setup()
            .around(journal -> {
              faulty.set(new FaultyJournal(journal));
              return faulty.get();
            })
            .start(workflow)) {
      var answer = new AtomicReference<CancelResult>();
      faulty.get().full =
          command -> {
            if (command instanceof Command.Advance advance
                && answer.get() == null
                && advance.changes().stream().anyMatch(Change.RunEnding.class::isInstance)) {
              answer.set(engine.engine.cancelRun(advance.id()));
            }
            return false;
          };
      var id = engine.run("pays", null);
      engine.await(id, detail -> detail.run().status().isTerminal());
      assertTrue(answer.get() instanceof CancelResult.Accepted, () -> "" + answer.get());
      engine.await(id, Status.CANCELLED);
      assertEquals(List.of("refund COMPLETED"), undone);
    }
  }

  /** A branch that waits for a child, and one whose step fails when it is released. */
  private static Workflow<String, String> failsBesideChild(
      CountDownLatch entered, CountDownLatch release) {
    return code(
        "parent",
        (_, context) -> {
          var left = branch("left", String.class, c -> c.child("kid", "child", "", String.class));
          var right =
              branch(
                  "right",
                  String.class,
                  c ->
                      c.step(
                          "fails",
                          "",
                          String.class,
                          (_, _) -> {
                            entered.countDown();
                            release.await();
                            throw new FinalStepException("no");
                          }));
          return context.parallel("both", left, right).get(right);
        });
  }

  @Test
  void aShutdownWhileTheChildrenOfAFailedFanOutAreCancelledFailsNoRunForIt() throws Exception {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var stopping = new CountDownLatch(1);
    Predicate<Command<?>> notice =
        command -> {
          if (command instanceof Command.BeginShutdown) {
            stopping.countDown();
          }
          return false;
        };
    var workflow = failsBesideChild(entered, release);
    var engine =
        setup()
            .around(journal -> {
              var faulty = new FaultyJournal(journal);
              faulty.full = notice;
              return faulty;
            })
            .start(workflow, child());
    var id = engine.run("parent", null);
    awaitDown(entered);
    engine.await(id, run -> run.steps().stream().anyMatch(step -> step.child() != null));
    var closing = CompletableFuture.runAsync(engine.engine::close);
    awaitDown(stopping);
    release.countDown();
    closing.join();
    engine.crash();
    try (var next = setup().start(workflow, child())) {
      var run = next.await(id, Status.FAILED);
      assertEquals("both", run.run().failingStep());
      assertEquals("no", run.error().message());
    }
  }

  @Test
  void aFullDiskWhileTheChildrenOfAFailedFanOutAreCancelledIsWaitedFor() {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var times = new AtomicInteger();
    var refused = new CountDownLatch(1);
    try (var engine =
        setup()
            .around(journal -> {
              var faulty = new FaultyJournal(journal);
              faulty.full =
                  command -> {
                    boolean isFirst =
                        command instanceof Command.CancelRun && times.getAndIncrement() == 0;
                    if (isFirst) {
                      refused.countDown();
                    }
                    return isFirst;
                  };
              return faulty;
            })
            .start(failsBesideChild(entered, release), child())) {
      var id = engine.run("parent", null);
      awaitDown(entered);
      engine.await(id, run -> run.steps().stream().anyMatch(step -> step.child() != null));
      release.countDown();
      awaitDown(refused);
      time.awaitWait(Duration.ofMillis(500));
      time.advance(Duration.ofSeconds(1));
      var run = engine.await(id, Status.FAILED);
      assertEquals("no", run.error().message());
    }
  }

  @Test
  void aChildThatStartsWhileItsParentIsCancelledIsCancelledToo() {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var stored = new CountDownLatch(1);
    var answer = new CompletableFuture<Void>();
    var parent =
        code(
            "parent",
            (_, context) -> {
              context.step(
                  "gate",
                  "",
                  String.class,
                  (_, _) -> {
                    entered.countDown();
                    release.await();
                    return "";
                  });
              return context.child("kid", "child", "", String.class);
            });
    try (var engine =
        setup()
            .around(journal -> new SlowAnswers(journal, Command.CancelRun.class, stored, answer))
            .start(parent, child())) {
      var id = engine.run("parent", null);
      awaitDown(entered);
      var cancelling = CompletableFuture.runAsync(() -> engine.engine.cancelRun(id));
      awaitDown(stored);
      release.countDown();
      engine.await(
          id,
          run ->
              run.run().waitingFor() != null
                  && run.run().waitingFor().kind() == WaitingFor.Kind.CHILD);
      answer.complete(null);
      cancelling.join();
      var run = engine.await(id, Status.CANCELLED);
      engine.await(run.steps().getLast().child(), Status.CANCELLED);
    }
  }

  /** A step and a wait side by side, inside an item of a map that waits as a whole. */
  @Test
  void anItemThatIsWokenBeforeItsLastStepIsDurableDoesNotRunItAgain() {
    var release = new CountDownLatch(1);
    var left = new CountDownLatch(1);
    var others = new CountDownLatch(1);
    var runs = new AtomicInteger();
    var workflow =
        code(
            "nested",
            (_, context) -> {
              var outputs =
                  context.mapScoped(
                      "outer",
                      List.of("item", "busy"),
                      String.class,
                      (name, item) -> {
                        if (name.equals("busy")) {
                          return item.step("busy", "", String.class, (_, _) -> busy(others));
                        }
                        var works =
                            branch(
                                "works",
                                String.class,
                                c ->
                                    c.step(
                                        "once",
                                        "",
                                        String.class,
                                        (_, _) -> {
                                          release.await();
                                          return "ran " + runs.incrementAndGet();
                                        }));
                        var waits = branch("waits", String.class, c -> c.await("go", String.class));
                        var both = item.parallel("both", works, waits);
                        return both.get(works) + " " + both.get(waits);
                      },
                      atOnce(2));
              return outputs.getFirst();
            });
    StepThreads threads =
        (name, code) ->
            StepThreads.VIRTUAL.start(
                name,
                () -> {
                  code.run();
                  if (name.endsWith("-outer-0")) {
                    left.countDown();
                  }
                });
    try (var engine = setup().threads(threads).start(workflow)) {
      var id = engine.run("nested", null);
      engine.await(
          id,
          run ->
              run.steps().stream().anyMatch(step -> step.kind().equals("signal"))
                  && run.steps().stream().anyMatch(step -> step.name().equals("once")));
      release.countDown();
      awaitDown(left);
      engine.engine.signal(id, "go", null, "\"gone\"");
      // Woken beside an item that is busy, so that the run as a whole is not parked in between.
      engine.await(id, detail -> isOver(detail, "go"));
      others.countDown();
      var run = engine.await(id, detail -> !detail.run().status().equals(Status.RUNNING));
      assertEquals(
          "\"ran 1 gone\"",
          run.output() == null ? run.run().reason().message() : run.output().json());
    }
  }

  @Test
  void aStepWhoseTimeForAllAttemptsWasUpBeforeTheRestartHasFailed() {
    var workflow =
        code(
            "total",
            (_, context) ->
                context.step(
                    "tries",
                    "",
                    String.class,
                    (_, _) -> {
                      throw new IllegalStateException("no");
                    },
                    retries(5)
                        .backoff(Duration.ofSeconds(5), 1, Duration.ofSeconds(5))
                        .totalTimeout(Duration.ofSeconds(12))));
    var before = setup().start(workflow);
    var id = before.run("total", null);
    before.awaitRetry(id, 1);
    before.crash();
    time.advance(Duration.ofMinutes(1));
    try (var engine = setup().start(workflow)) {
      time.advance(Duration.ofMillis(1));
      var run = engine.await(id, detail -> detail.run().status() != Status.RUNNING);
      assertEquals(Status.FAILED, run.run().status(), () -> run.run().toString());
      assertEquals("total-timeout", run.error().code());
      assertEquals(Status.FAILED, run.steps().getFirst().status());
      assertEquals(1, run.steps().getFirst().attempt());
    }
  }

  @Test
  void aParentIsToldThatItsChildWasCancelledAlsoWhenReadsAreBehind() {
    var go = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var parent =
        code(
            "parent",
            (in, context) -> {
              hold(context, go);
              try {
                return context.child("kid", "kid", in, String.class);
              } catch (StepFailedException e) {
                return e.code();
              }
            });
    var kid = code("kid", (in, _) -> in);
    var busy = code("busy", (_, context) -> hold(context, release));
    var times = new AtomicInteger();
    try (var engine =
        setup()
            .activeRuns(1)
            .around(journal ->
                new FaultyJournal(journal, reader -> overloadedOnce(reader, "run", times)))
            .start(parent, kid, busy)) {
      var id = engine.run("parent", null);
      engine.run("busy", null);
      go.countDown();
      var child = engine.await(id, run -> run.steps().size() == 2).steps().getLast().child();
      assertEquals(Status.PENDING, engine.detail(child).run().status());
      var cancelled = CompletableFuture.runAsync(() -> engine.engine.cancelRun(child));
      time.awaitWait(Duration.ofMillis(500));
      time.advance(Duration.ofMillis(500));
      cancelled.join();
      release.countDown();
      assertEquals("\"child-cancelled\"", engine.await(id, Status.COMPLETED).output().json());
    }
  }

  /** A step that goes on when the test says so. */
  private static String hold(RunContext context, CountDownLatch until) {
    return context.step(
        "hold",
        "",
        String.class,
        (in, _) -> {
          until.await();
          return in;
        });
  }

  @Test
  void aReaderThatIsOverloadedForAMomentBlocksNoRun() {
    var workflow = code("waits", (_, context) -> context.await("go", String.class) + context.now());
    var times = new AtomicInteger();
    try (var engine =
        setup()
            .around(journal ->
                new FaultyJournal(journal, reader -> overloadedOnce(reader, "inbox", times)))
            .start(workflow)) {
      var id = engine.run("waits", null);
      time.awaitWait(Duration.ofMillis(500));
      time.advance(Duration.ofMillis(500));
      engine.await(
          id, run -> run.run().waitingFor() != null || run.run().status() == Status.BLOCKED);
      assertEquals(Status.RUNNING, engine.detail(id).run().status());
    }
  }

  private static String busy(CountDownLatch others) throws InterruptedException {
    others.await();
    return "done";
  }

  private static boolean isOver(RunDetail run, String name) {
    return run.run().status() == Status.BLOCKED
        || run.steps().stream()
            .anyMatch(step -> step.name().equals(name) && step.status().isTerminal());
  }

  private static JournalReader overloadedOnce(
      JournalReader inner, String method, AtomicInteger times) {
    return (JournalReader)
        Proxy.newProxyInstance(
            RacesTest.class.getClassLoader(),
            new Class<?>[] {JournalReader.class},
            (_, called, arguments) -> {
              if (called.getName().equals(method) && times.getAndIncrement() == 0) {
                throw new JournalException.Overloaded("planted");
              }
              try {
                return called.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** The clock of the machine is set back while it restarts. */
  @Test
  void aRunWhoseTimeWasUpFailsFromEveryPrefixAlsoWhenTheClockIsSetBack() {
    for (int writes = 1; ; writes++) {
      var clock = new ManualTime(TestEngine.START);
      var workflow =
          Workflow.named("limited")
              .timeout(Duration.ofMinutes(1))
              .input(String.class, "in")
              .code(
                  String.class,
                  (_, context) ->
                      String.join(
                          "",
                          context.map(
                              "both",
                              List.of("a", "b"),
                              String.class,
                              (_, _) -> {
                                new CountDownLatch(1).await();
                                return "";
                              })));
      var in = TestEngine.Setup.in(directory.resolve("w" + writes), clock);
      var before = in.crashAfter(writes).open(workflow);
      RunId id = null;
      boolean crashed;
      try {
        before.engine.start();
        id = before.run("limited", null);
        var ended = id;
        CompletableFuture.anyOf(
                before.journal.crashed(),
                CompletableFuture.runAsync(
                    () -> before.await(ended, run -> run.steps().size() == 3)))
            .join();
        clock.advance(Duration.ofMinutes(1));
        CompletableFuture.anyOf(
                before.journal.crashed(),
                CompletableFuture.runAsync(() -> before.await(ended, Status.FAILED)))
            .join();
      } catch (JournalException.Closed e) {
        // Killed before the run was stored.
      } finally {
        crashed = before.journal.crashed().isDone();
        before.crash();
      }
      if (id != null) {
        clock.setClock(TestEngine.START.plusSeconds(30));
        try (var engine = in.start(workflow)) {
          if (engine.journal.reader().run(id).isPresent()) {
            clock.advance(Duration.ofMinutes(2));
            var run = engine.await(id, detail -> detail.run().status() != Status.RUNNING);
            assertEquals(
                "run-timeout",
                run.error() == null ? run.run().toString() : run.error().code(),
                "crashed behind write " + writes);
          }
        }
      }
      if (!crashed) {
        break;
      }
    }
  }

  @Test
  void nothingOfARunFollowsItsEndInOneCommand() {
    refusesWhatFollowsAnEnd(SqliteJournal.open(directory, SqliteOptions.with(time, time::nanos)));
    refusesWhatFollowsAnEnd(new MemoryStore().open());
  }

  private void refusesWhatFollowsAnEnd(Journal opened) {
    try (var journal = opened) {
      var now = TestEngine.START;
      var id = new RunIds(time, new Random(7), Optional.empty()).next();
      journal.submit(new Command.TakeOver("boot", now)).join();
      journal
          .submit(
              new Command.StartRun(
                  id, "w", 1, List.of(), "1", null, null, null, List.of(), true, now))
          .join();
      var wait = new WaitingFor(WaitingFor.Kind.TIMER, "late", now, now.plusSeconds(1));
      var late = new Change.EntryBegun(0, "", 0, "timer", "late", null, "1", wait, now);
      var broken =
          journal.submit(
              new Command.Advance(id, 0, List.of(new Change.RunCompleted("1", now), late)));
      var error = assertThrows(CompletionException.class, broken::join);
      assertTrue(error.getCause() instanceof JournalException.Broken, error::toString);
      assertEquals(Status.RUNNING, journal.reader().run(id).orElseThrow().status());
    }
  }

  private static void awaitDown(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
