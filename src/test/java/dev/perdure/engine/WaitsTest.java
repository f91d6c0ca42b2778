package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowBody;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sleeps and signals. */
class WaitsTest {

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private static Workflow<String, String> code(WorkflowBody<String, String> body) {
    return Workflow.named("waits").input(String.class, "in").code(String.class, body);
  }

  private static String note(RunContext context, String name, String text) {
    return context.step(name, text, String.class, (in, _) -> in);
  }

  private TestEngine start(WorkflowBody<String, String> body) {
    return TestEngine.Setup.in(directory, time).start(code(body));
  }

  @Test
  void sleepsAndGoesOnFromEveryPrefix() {
    var workflow =
        code((in, context) -> {
          String before = note(context, "before", in);
          context.sleep("night", DAY);
          context.sleep("not-at-all", Duration.ZERO);
          context.sleepUntil("new-year", Instant.parse("2027-01-01T00:00:00Z"));
          return note(context, "after", before + " after");
        });
    new JournalTable(directory, JournalTable.World.time(), workflow)
        .assertEndsAs(
            null,
            """
            completed "in after"
            0 step before completed "in"
            1 timer night completed null
            2 timer not-at-all completed null
            3 timer new-year completed null
            4 step after completed "in after"
            """);
  }

  @Test
  void aSleepIsNeitherEarlyNorLate() {
    try (var engine =
        start((in, context) -> {
          context.sleep("night", DAY);
          return in;
        })) {
      var id = engine.run("waits", null);
      var parked = engine.await(id, run -> run.run().waitingFor() != null);
      assertEquals(WaitingFor.Kind.TIMER, parked.run().waitingFor().kind());
      assertEquals("night", parked.run().waitingFor().name());
      assertEquals(TestEngine.START.plus(DAY), parked.run().waitingFor().until());
      time.awaitWait(DAY);
      time.advance(DAY.minusMillis(1));
      assertEquals(Status.RUNNING, engine.detail(id).run().status());
      time.advance(Duration.ofMillis(1));
      engine.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aSleepFollowsTheMonotonicClockWhateverTheWallClockShows() {
    try (var engine =
        start((in, context) -> {
          context.sleep("night", DAY);
          return in;
        })) {
      var id = engine.run("waits", null);
      engine.await(id, run -> run.run().waitingFor() != null);
      time.awaitWait(DAY);
      time.setClock(TestEngine.START.plus(Duration.ofDays(400)));
      time.advance(DAY.minusMillis(1));
      assertEquals(Status.RUNNING, engine.detail(id).run().status());
      time.setClock(TestEngine.START.minus(DAY));
      time.advance(Duration.ofMillis(1));
      engine.await(id, Status.COMPLETED);
    }
  }

  @Test
  void sleepUntilFollowsTheWallClock() {
    var due = TestEngine.START.plus(DAY);
    try (var engine =
        start((in, context) -> {
          context.sleepUntil("tomorrow", due);
          return in;
        })) {
      var id = engine.run("waits", null);
      engine.await(id, run -> run.run().waitingFor() != null);
      time.advance(Duration.ofHours(1));
      time.setClock(TestEngine.START.minus(DAY));
      time.advance(DAY);
      assertEquals(Status.RUNNING, engine.detail(id).run().status());
      time.awaitDate(due);
      time.setClock(due);
      engine.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aSignalThatWasSentBeforeTheWaitIsTaken() {
    try (var engine =
        start((in, context) -> {
          context.sleep("night", DAY);
          return context.await("approval", String.class);
        })) {
      var id = engine.run("waits", null);
      engine.await(id, run -> run.run().waitingFor() != null);
      assertEquals(
          new SignalResult.Stored(), engine.engine.signal(id, "approval", null, "\"yes\""));
      time.awaitWait(DAY);
      time.advance(DAY);
      assertEquals("\"yes\"", engine.await(id, Status.COMPLETED).output().json());
    }
  }

  @Test
  void signalsAreTakenInOrderAndADuplicateIsOne() {
    try (var engine =
        start((_, context) ->
            context.await("next", String.class)
                + context.await("next", String.class)
                + context.await("next", String.class, Duration.ofSeconds(1)).orElse("-"))) {
      var id = engine.run("waits", null);
      engine.await(id, run -> run.run().waitingFor() != null);
      engine.engine.signal(id, "next", "first", "\"a\"");
      assertEquals(new SignalResult.Known(), engine.engine.signal(id, "next", "first", "\"a\""));
      engine.engine.signal(id, "next", "second", "\"b\"");
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      assertEquals("\"ab-\"", engine.await(id, Status.COMPLETED).output().json());
      assertEquals(
          new SignalResult.RunEnded(Status.COMPLETED),
          engine.engine.signal(id, "next", null, "\"c\""));
    }
  }

  @Test
  void waitsForSignalsFromEveryPrefix() {
    var workflow =
        code((_, context) -> {
          String one = context.await("approval", String.class);
          var any = context.awaitAny(DAY, "left", "right").orElseThrow();
          boolean late = context.await("never", String.class, Duration.ZERO).isEmpty();
          return one + " " + any.name() + any.as(Integer.class) + " " + late;
        });
    new JournalTable(
            directory,
            JournalTable.World.signals("approval", "\"yes\"", "right", "7", "left", "8"),
            workflow)
        .assertEndsAs(
            null,
            """
            completed "yes right7 true"
            0 signal approval completed {"signal":"approval","payload":"yes"}
            1 signal any completed {"signal":"right","payload":7}
            2 signal never completed {"timedOut":true}
            """);
  }

  @Test
  void aWaitForASignalEndsInTime() {
    try (var engine =
        start((_, context) ->
            context.awaitAny(DAY, "one", "two").map(signal -> signal.name()).orElse("nobody"))) {
      var id = engine.run("waits", null);
      var parked = engine.await(id, run -> run.run().waitingFor() != null);
      assertEquals("one, two", parked.run().waitingFor().name());
      time.awaitWait(DAY);
      time.advance(DAY);
      assertEquals("\"nobody\"", engine.await(id, Status.COMPLETED).output().json());
    }
  }

  @Test
  void aSignalThatCameWhileTheEngineWasDownOrJustBeforeWakesTheRunAfterTheStart() {
    WorkflowBody<String, String> body = (_, context) -> context.await("approval", String.class);
    var first = start(body);
    var id = first.run("waits", null);
    first.await(id, run -> run.run().waitingFor() != null);
    var _ =
        first
            .journal
            .submit(
                new dev.perdure.journal.Command.SendSignal(
                    id, "approval", null, "\"kept\"", 10, time.instant()))
            .join();
    first.crash();
    try (var second = start(body)) {
      assertEquals("\"kept\"", second.await(id, Status.COMPLETED).output().json());
    }
  }

  @Test
  void aPayloadOfTheWrongTypeIsForTheBodyToDealWith() {
    try (var engine =
        start((_, context) -> {
          try {
            return context.await("count", Integer.class).toString();
          } catch (dev.perdure.workflow.StepFailedException e) {
            return e.code();
          }
        })) {
      var id = engine.run("waits", null);
      engine.engine.signal(id, "count", null, "\"many\"");
      assertEquals("\"value\"", engine.await(id, Status.COMPLETED).output().json());
    }
  }
}
