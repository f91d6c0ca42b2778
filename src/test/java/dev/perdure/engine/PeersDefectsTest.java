package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Defects that were found in other engines, and that no test of a single feature shows here. The
 * page of guarantees names the tests of the others.
 */
class PeersDefectsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private TestEngine start(Workflow<?, ?>... workflows) {
    return TestEngine.Setup.in(directory, time).start(workflows);
  }

  private static Workflow<String, String> code(String name, WorkflowBody<String, String> body) {
    return Workflow.named(name).input(String.class, "in").code(String.class, body);
  }

  private static String note(RunContext context, String name) {
    return context.step(name, name, String.class, (in, _) -> in);
  }

  private static RunId idOf(Step step) {
    return RunId.parse(step.runId()).orElseThrow();
  }

  /** Elsewhere the flag stays set, the next waits throw at once, and all attempts are gone. */
  @Test
  void anInterruptThatAStepLeavesSetBurnsNoAttempt() {
    var calls = new AtomicInteger();
    var wasSet = new AtomicBoolean();
    var workflow =
        Workflow.named("flagged")
            .input(String.class, "in")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  wasSet.compareAndSet(false, Thread.currentThread().isInterrupted());
                  if (calls.incrementAndGet() < 3) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedException("of the step's own making");
                  }
                  return in;
                },
                retries(2))
            .build();
    try (var engine = start(workflow)) {
      var id = engine.run("flagged", null);
      engine.awaitRetry(id, 1);
      time.awaitWait(SECOND);
      time.advance(SECOND.minusMillis(1));
      assertEquals(1, calls.get());
      time.advance(Duration.ofMillis(1));
      engine.awaitRetry(id, 2);
      time.awaitWait(SECOND.multipliedBy(2));
      time.advance(SECOND.multipliedBy(2));
      engine.await(id, Status.COMPLETED);
      assertEquals(3, calls.get());
      assertFalse(wasSet.get(), "an attempt began interrupted");
    }
  }

  /** Elsewhere one exception within the loop of recovery leaves all later runs where they are. */
  @Test
  void runsThatCanNotGoOnStopNeitherRecoveryNorTheOthers() {
    WorkflowBody<String, String> sound =
        (in, context) -> {
          note(context, "before");
          context.sleep("nap", HOUR);
          return in;
        };
    var names = new String[] {"first", "throws", "overflows", "renamed", "last"};
    var before = new ArrayList<Workflow<?, ?>>();
    for (var name : names) {
      before.add(code(name, sound));
    }
    var ids = new ArrayList<RunId>();
    var first = start(before.toArray(Workflow<?, ?>[]::new));
    for (var name : names) {
      var id = first.run(name, null);
      first.await(id, run -> run.run().waitingFor() != null);
      ids.add(id);
    }
    first.crash();
    time.advance(HOUR);
    try (var second =
        start(
            code("first", sound),
            code(
                "throws",
                (_, _) -> {
                  throw new AssertionError("bad code");
                }),
            code("overflows", (in, _) -> overflow(in)),
            code(
                "renamed",
                (in, context) -> {
                  note(context, "otherwise");
                  context.sleep("nap", HOUR);
                  return in;
                }),
            code("last", sound))) {
      time.advance(Duration.ZERO);
      second.await(ids.getFirst(), Status.COMPLETED);
      second.await(ids.getLast(), Status.COMPLETED);
      for (var bad : ids.subList(1, 4)) {
        var run = second.await(bad, detail -> detail.run().status() != Status.RUNNING).run();
        assertFalse(run.reason().message().isBlank(), () -> run.workflow() + " says nothing");
      }
      assertTrue(second.engine.health().ready());
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static String overflow(String in) {
    return overflow(in) + in;
  }

  /** Elsewhere it is lost: nobody waits for it yet, and the wait only hears what comes later. */
  @Test
  void aSignalThatTheStepBeforeTheWaitSendsIsNotLost() {
    var engine = new AtomicReference<Engine>();
    var workflow =
        code(
            "waits",
            (in, context) -> {
              context.step(
                  "ask",
                  in,
                  String.class,
                  (_, step) -> {
                    engine.get().signal(idOf(step), "answer", null, "\"at once\"");
                    return "asked";
                  });
              return context.await("answer", String.class);
            });
    try (var started = start(workflow)) {
      engine.set(started.engine);
      var run = started.await(started.run("waits", null), Status.COMPLETED);
      assertEquals("\"at once\"", run.output().json());
    }
  }

  @Test
  void signalsThatComeWhileTheirRunsBeginToWaitAreNotLost() throws Exception {
    var workflow =
        code(
            "waits",
            (_, context) -> {
              note(context, "before");
              return context.await("go", String.class) + context.await("go", String.class);
            });
    int count = 200;
    try (var engine = start(workflow);
        var senders = Executors.newFixedThreadPool(8)) {
      var runs = new ArrayList<Future<RunId>>();
      for (int i = 0; i < count; i++) {
        runs.add(
            senders.submit(() -> {
              var id = engine.run("waits", null);
              engine.engine.signal(id, "go", null, "\"a\"");
              engine.engine.signal(id, "go", null, "\"b\"");
              return id;
            }));
      }
      for (var run : runs) {
        assertEquals("\"ab\"", engine.await(run.get(), Status.COMPLETED).output().json());
      }
    }
  }

  /** Elsewhere it stays pending for ever, because recovery only asks for runs of its version. */
  @Test
  void aRunOfAnOlderVersionGoesOnOrSaysWhyItDoesNot() {
    WorkflowBody<String, String> body =
        (in, context) -> {
          note(context, "weigh");
          context.sleep("nap", HOUR);
          return in;
        };
    WorkflowBody<String, String> changed =
        (in, context) -> {
          note(context, "measure");
          context.sleep("nap", HOUR);
          return in;
        };
    var first = start(versioned(1, body));
    var goesOn = first.run("versioned", null);
    first.await(goesOn, run -> run.run().waitingFor() != null);
    first.crash();
    time.advance(HOUR);
    try (var second = start(versioned(2, body))) {
      time.advance(Duration.ZERO);
      second.await(goesOn, Status.COMPLETED);
      var blocked = second.run("versioned", null);
      second.await(blocked, run -> run.run().waitingFor() != null);
      second.crash();
      time.advance(HOUR);
      try (var third = start(versioned(3, changed))) {
        time.advance(Duration.ZERO);
        var run = third.await(blocked, Status.BLOCKED).run();
        assertEquals("code-mismatch", run.reason().code());
        assertTrue(run.reason().message().contains("\"weigh\""), run.reason().message());
        assertTrue(run.reason().message().contains("\"measure\""), run.reason().message());
        var shown = third.journal.reader().runs(new RunFilter(null, Status.BLOCKED), 10, null);
        assertEquals(blocked, shown.runs().getFirst().id());
      }
    }
  }

  private static Workflow<?, ?> versioned(int version, WorkflowBody<String, String> body) {
    return Workflow.named("versioned")
        .version(version)
        .input(String.class, "in")
        .code(String.class, body);
  }

  private static Workflow<String, String> waitsTwice() {
    return code(
        "waits",
        (_, context) -> {
          var first = context.await("go", String.class, DAY).orElse("nobody");
          context.sleep("night", DAY);
          var second = context.await("go", String.class, Duration.ZERO).orElse("nobody");
          return first + " " + second;
        });
  }

  /** Elsewhere the replay sees both in its history, and may take the other one. */
  @Test
  void aTimeThatWasUpBeforeTheSignalCameIsUpOnReplayToo() {
    var first = start(waitsTwice());
    var id = first.run("waits", null);
    first.await(id, run -> run.run().waitingFor() != null);
    time.awaitWait(DAY);
    time.advance(DAY);
    first.await(id, run -> isWaitingFor(run.run().waitingFor(), WaitingFor.Kind.TIMER));
    first.engine.signal(id, "go", null, "\"late\"");
    first.crash();
    time.advance(DAY);
    try (var second = start(waitsTwice())) {
      time.advance(Duration.ZERO);
      assertEquals("\"nobody late\"", second.await(id, Status.COMPLETED).output().json());
    }
  }

  @Test
  void whatWasDecidedBetweenASignalAndATimeThatCameWhileItWasDownStays() {
    var first = start(waitsTwice());
    var id = first.run("waits", null);
    first.await(id, run -> run.run().waitingFor() != null);
    var _ =
        first
            .journal
            .submit(new Command.SendSignal(id, "go", null, "\"now\"", 10, time.instant()))
            .join();
    first.crash();
    time.advance(DAY);
    var second = start(waitsTwice());
    time.advance(Duration.ZERO);
    var decided =
        second.await(id, run -> isWaitingFor(run.run().waitingFor(), WaitingFor.Kind.TIMER));
    boolean wasSignal = decided.steps().getFirst().output().json().contains("now");
    second.crash();
    time.advance(DAY);
    try (var third = start(waitsTwice())) {
      time.advance(Duration.ZERO);
      var end = third.await(id, Status.COMPLETED).output().json();
      assertEquals(wasSignal ? "\"now nobody\"" : "\"nobody now\"", end);
    }
  }

  private static boolean isWaitingFor(WaitingFor waitingFor, WaitingFor.Kind kind) {
    return waitingFor != null && waitingFor.kind() == kind;
  }

  /** Elsewhere a future is cancelled, which by its contract interrupts nobody. */
  @Test
  void theTimeOfARunInterruptsTheStepThatRuns() throws Exception {
    var entered = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var workflow =
        Workflow.named("limited")
            .timeout(HOUR)
            .input(String.class, "in")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  entered.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                  return in;
                })
            .build();
    try (var engine = start(workflow)) {
      var id = engine.run("limited", null);
      entered.await();
      time.awaitWait(HOUR);
      time.advance(HOUR);
      interrupted.await();
      assertEquals("run-timeout", engine.await(id, Status.FAILED).error().code());
    }
  }

  /** Elsewhere recovery handed the work of a killed run out again, for half an hour. */
  @Test
  void theStepOfACancelledRunDoesNotRunAgainAfterACrash() throws Exception {
    var calls = new AtomicInteger();
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var workflow =
        Workflow.named("cancelled")
            .input(String.class, "in")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  calls.incrementAndGet();
                  entered.countDown();
                  awaitDeafly(release);
                  return in;
                })
            .build();
    var first = start(workflow);
    var id = first.run("cancelled", null);
    entered.await();
    first.engine.cancelRun(id);
    first.crash();
    try (var second = start(workflow)) {
      second.await(id, Status.CANCELLED);
      assertEquals(1, calls.get());
    }
    release.countDown();
  }

  private static void awaitDeafly(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException e) {
        // It heeds no interrupt.
      }
    }
  }
}
