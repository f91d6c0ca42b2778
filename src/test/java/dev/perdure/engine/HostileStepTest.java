package dev.perdure.engine;

import static dev.perdure.workflow.Steps.retries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.reflect.TypeToken;
import dev.perdure.engine.HostileSteps.End;
import dev.perdure.engine.HostileSteps.Row;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each hostile step, in a sequence and in code, comes to its end, and so do the runs beside it;
 * what it has left can be read after a restart.
 */
class HostileStepTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration TICK = Duration.ofMillis(1);

  /** Those that never end are taken by threads of the machine: two would hold every carrier. */
  private static final StepThreads PLATFORM =
      (name, code) -> Thread.ofPlatform().daemon().name(name).start(code);

  @TempDir Path directory;
  private final HostileSteps steps = new HostileSteps();

  @AfterEach
  void release() {
    steps.release();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyHostileStepComesToItsEndAndSoDoTheRunsBesideIt(boolean inSequence) {
    var time = new ManualTime(TestEngine.START);
    var rows = steps.rows().toList();
    var workflows = new ArrayList<Workflow<?, ?>>(List.of(quick()));
    for (int i = 0; i < rows.size(); i++) {
      workflows.add(inSequence ? sequence(i, rows.get(i)) : code(i, rows.get(i)));
    }
    var setup = TestEngine.Setup.in(directory, time).threads(PLATFORM);
    var installed = workflows.toArray(Workflow<?, ?>[]::new);
    var runs = new ArrayList<RunId>();
    List<String> before;
    try (var engine = setup.start(installed)) {
      var beside = new ArrayList<RunId>();
      for (int i = 0; i < rows.size(); i++) {
        beside.add(engine.run("quick", null));
        runs.add(engine.run("hostile-" + i, null));
        if (rows.get(i).end() instanceof End.TimesOut) {
          time.awaitWait(LIMIT);
          time.advance(LIMIT);
        }
        checkEnd(rows.get(i), engine, runs.get(i));
        // Those that go on for ever hold up new ones, as they should.
        steps.release();
      }
      beside.forEach(run -> engine.await(run, Status.COMPLETED));
      assertTrue(engine.engine.health().ready());
      before = ends(engine, runs);
    }
    try (var again = setup.start(installed)) {
      assertEquals(before, ends(again, runs), "after a restart");
    }
  }

  private static List<String> ends(TestEngine engine, List<RunId> runs) {
    return runs.stream()
        .map(engine::detail)
        .map(run -> run.run() + "\n" + run.output() + "\n" + run.error())
        .toList();
  }

  private static void checkEnd(Row row, TestEngine engine, RunId id) {
    var run = engine.await(id, detail -> detail.run().status() != Status.RUNNING);
    switch (row.end()) {
      case End.Fails(var code, var saying) -> {
        assertEquals(Status.FAILED, run.run().status(), row::name);
        assertEquals(code, run.error().code(), row::name);
        assertTrue(run.error().message().contains(saying), run.error().message());
        assertTrue(run.error().message().length() <= 2_000);
      }
      case End.TimesOut() -> {
        assertEquals(Status.FAILED, run.run().status(), row::name);
        assertEquals("timeout", run.error().code(), row::name);
      }
      case End.Completes(var output) -> {
        assertEquals(Status.COMPLETED, run.run().status(), row::name);
        assertEquals(output, run.output().json(), row::name);
      }
    }
  }

  private static StepOptions options() {
    return retries(0).timeout(LIMIT);
  }

  @SuppressWarnings("unchecked")
  private static Workflow<?, ?> sequence(int number, Row row) {
    return Workflow.named("hostile-" + number)
        .input(Integer.class, 1)
        .step("only", (TypeToken<Object>) row.type(), row.code(), options())
        .build();
  }

  /** Its step is read again by a body that waits behind it. */
  @SuppressWarnings("unchecked")
  private static Workflow<?, ?> code(int number, Row row) {
    var type = (TypeToken<Object>) row.type();
    return Workflow.named("hostile-" + number)
        .input(Integer.class, 1)
        .code(type, (in, context) -> context.step("only", in, type, row.code(), options()));
  }

  private static Workflow<?, ?> quick() {
    return Workflow.named("quick")
        .input(Integer.class, 1)
        .step("one", Integer.class, (n, _) -> n)
        .step("two", Integer.class, (n, _) -> n + 1)
        .build();
  }

  /** It does end, a moment after its time: that is too late, and the next attempt counts. */
  @Test
  void whatEndsAMillisecondAfterItsTimeIsTriedAgain() throws Exception {
    endsAt(LIMIT.plus(TICK), 2, "2");
  }

  @Test
  void whatEndsAMillisecondBeforeItsTimeHasCompleted() throws Exception {
    endsAt(LIMIT.minus(TICK), 1, "1");
  }

  private void endsAt(Duration moment, int attempts, String output) throws Exception {
    var time = new ManualTime(TestEngine.START);
    var begun = new CountDownLatch(1);
    var moments = new CountDownLatch(1);
    var calls = new AtomicInteger();
    var workflow =
        Workflow.named("late")
            .input(Integer.class, 1)
            .step(
                "only",
                Integer.class,
                (_, _) -> {
                  int call = calls.incrementAndGet();
                  begun.countDown();
                  awaitUninterrupted(moments);
                  return call;
                },
                retries(1).timeout(LIMIT))
            .build();
    try (var engine = TestEngine.Setup.in(directory, time).start(workflow)) {
      var id = engine.run("late", null);
      begun.await();
      time.awaitWait(LIMIT);
      time.advance(moment);
      moments.countDown();
      if (attempts > 1) {
        engine.awaitRetry(id, 1);
        time.advance(Duration.ofSeconds(1));
      }
      var run = engine.await(id, Status.COMPLETED);
      assertEquals(attempts, run.steps().getFirst().attempt());
      assertEquals(output, run.output().json());
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    boolean isOver = false;
    while (!isOver) {
      try {
        latch.await();
        isOver = true;
      } catch (InterruptedException e) {
        assertFalse(Thread.currentThread().isInterrupted());
      }
    }
  }
}
