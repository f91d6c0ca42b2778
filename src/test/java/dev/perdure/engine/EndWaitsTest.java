package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command;
import dev.perdure.journal.ForwardingJournal;
import dev.perdure.journal.Journal;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for runs that are under way in the same process. */
class EndWaitsTest {

  private static final Duration HEED_WITHIN = Duration.ofSeconds(2);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger admissions = new AtomicInteger();

  private TestEngine.Setup setup() {
    return TestEngine.Setup.in(directory, time);
  }

  private Journal countingAdmissions(Journal journal) {
    return new ForwardingJournal(journal) {
      @Override
      public <R> CompletableFuture<R> submit(Command<R> command) {
        if (command instanceof Command.AdmitRuns) {
          admissions.incrementAndGet();
        }
        return super.submit(command);
      }
    };
  }

  private static Workflow<Integer, Integer> next() {
    return Workflow.named("next")
        .input(Integer.class, 1)
        .step("add", Integer.class, (number, _) -> number + 1)
        .build();
  }

  private Workflow<Integer, Integer> held() {
    return Workflow.named("held")
        .input(Integer.class, 1)
        .step(
            "hold",
            Integer.class,
            (number, _) -> {
              begun.countDown();
              mayEnd.await();
              return number + 1;
            })
        .build();
  }

  @Test
  void aRunSaysItsOutputWhenThatIsDurable() throws Exception {
    try (var engine = setup().start(held())) {
      var id = engine.run("held", "6");
      begun.await();
      var output = engine.engine.output(id);
      assertTrue(engine.engine.isUnderWay(id));
      assertFalse(output.isDone());

      mayEnd.countDown();

      assertEquals(Optional.of("7"), output.join());
      assertEquals(Status.COMPLETED, engine.detail(id).run().status());
      assertFalse(engine.engine.isUnderWay(id));
    }
  }

  @Test
  void whoWaitsForARunThatIsNotUnderWayHasToAskTheJournal() {
    var sleeper =
        Workflow.named("sleeper")
            .input(Integer.class, 1)
            .code(
                Integer.class,
                (number, run) -> {
                  run.sleep("nap", Duration.ofHours(1));
                  return number;
                });
    try (var engine = setup().start(sleeper, next())) {
      var asleep = engine.run("sleeper", null);
      engine.await(asleep, run -> run.run().waitingFor() != null);
      assertEquals(Optional.empty(), engine.engine.output(asleep).join());

      var ended = engine.run("next", null);
      engine.await(ended, Status.COMPLETED);
      // The journal may know it a moment before the engine does.
      engine.engine.output(ended).join();
      assertEquals(Optional.empty(), engine.engine.output(ended).join());
    }
  }

  @Test
  void whoWaitsIsToldWhenTheEngineEnds() throws Exception {
    try (var engine = setup().start(held())) {
      var id = engine.run("held", null);
      begun.await();
      var output = engine.engine.output(id);
      var grace = CompletableFuture.runAsync(engine.engine::close);
      time.awaitWait(EngineOptions.DEFAULT.shutdownGrace());
      mayEnd.countDown();
      grace.join();

      assertTrue(output.isDone());
      assertEquals(Optional.empty(), engine.engine.output(id).join());
    }
  }

  @Test
  void nobodyIsLeftWaitingForABodyThatOutlivesItsEngine() throws Exception {
    var deaf =
        Workflow.named("deaf")
            .input(Integer.class, 1)
            .code(
                Integer.class,
                (number, _) -> {
                  begun.countDown();
                  mayEnd.await();
                  return number;
                });
    try (var engine = setup().start(deaf)) {
      var id = engine.run("deaf", null);
      begun.await();
      var closed = CompletableFuture.runAsync(engine.engine::close);
      for (var patience :
          List.of(EngineOptions.DEFAULT.shutdownGrace(), HEED_WITHIN, HEED_WITHIN)) {
        time.awaitWait(patience);
        time.advance(patience);
      }
      closed.join();

      assertTrue(engine.engine.output(id).isDone());
      assertFalse(engine.engine.isUnderWay(id));
    } finally {
      mayEnd.countDown();
    }
  }

  @Test
  void thePlaceOfARunIsFreeBeforeItsEndIsTold() {
    try (var engine = setup().activeRuns(1).around(this::countingAdmissions).start(next())) {
      for (int i = 0; i < 50; i++) {
        var id = engine.run("next", Integer.toString(i));
        assertEquals(Optional.of(Integer.toString(i + 1)), engine.engine.output(id).join());
      }
    }
    assertEquals(0, admissions.get(), "no run has had to wait for the place of the one before");
  }
}
