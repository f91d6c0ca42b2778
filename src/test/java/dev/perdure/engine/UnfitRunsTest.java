package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that can not go on as they are: they say why, or are looked at again, and stop no other. */
class UnfitRunsTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private final ManualTime time = new ManualTime(TestEngine.START);

  private TestEngine.Setup setup() {
    return TestEngine.Setup.in(directory, time);
  }

  private static Workflow<String, String> letters() {
    return Workflow.named("letters")
        .input(String.class, "")
        .step("s0", String.class, (in, _) -> in + "0")
        .build();
  }

  @Test
  void aRunOfAWorkflowThatIsNotInstalledIsBlockedAndGoesOnWhenItIsThereAgain() {
    var calls = new AtomicInteger();
    var flaky =
        Workflow.named("flaky")
            .input(String.class, "")
            .step(
                "work",
                String.class,
                (_, _) -> {
                  if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException();
                  }
                  return "done";
                })
            .build();
    var first = setup().start(flaky);
    var id = first.run("flaky", null);
    first.awaitRetry(id, 1);
    first.crash();
    try (var without = setup().start(letters())) {
      var run = without.await(id, Status.BLOCKED);
      assertEquals("workflow-missing", run.run().reason().code());
      without.await(without.run("letters", null), Status.COMPLETED);
    }
    try (var again = setup().start(flaky)) {
      again.await(id, run -> run.run().waitingFor() != null);
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      again.await(id, Status.COMPLETED);
      assertEquals(2, calls.get());
    }
  }

  @Test
  void oneBadRunStopsNoOther() {
    var flaky = new AtomicInteger();
    var runs = new ArrayList<RunId>();
    var workflow =
        Workflow.named("typed")
            .input(String.class, "")
            .step(
                "work",
                String.class,
                (in, _) -> {
                  if (flaky.incrementAndGet() <= 3) {
                    throw new IllegalStateException();
                  }
                  return in;
                })
            .build();
    var first = setup().start(workflow);
    for (int i = 0; i < 3; i++) {
      var id = first.run("typed", null);
      first.awaitRetry(id, 1);
      runs.add(id);
    }
    first.crash();
    // The middle one's recorded input can not be read as the type that is installed now.
    var changed =
        Workflow.named("typed")
            .input(String.class, "")
            .step("work", String.class, (in, _) -> in + "ok")
            .build();
    try (var second = setup().start(changed)) {
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      for (var id : runs) {
        second.await(id, Status.COMPLETED);
      }
      assertFalse(second.engine.isQueued(runs.getFirst()));
    }
  }

  /** Fails once, and is due again after a minute. */
  private static Workflow<String, String> failsOnce(AtomicInteger calls) {
    return Workflow.named("flaky")
        .input(String.class, "")
        .step(
            "work",
            String.class,
            (in, _) -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException();
              }
              return in;
            },
            StepOptions.DEFAULT.backoff(MINUTE, 1, MINUTE))
        .build();
  }

  private static UnaryOperator<JournalReader> firstReplayThrows(JournalException error) {
    return reader -> {
      var faulty = mock(JournalReader.class, delegatesTo(reader));
      doThrow(error).doAnswer(delegatesTo(reader)).when(faulty).replay(any());
      return faulty;
    };
  }

  @Test
  void aRetryIsNotEarlyBecauseReadsWereBehind() {
    var calls = new AtomicInteger();
    var flaky = failsOnce(calls);
    var first = setup().start(flaky);
    var id = first.run("flaky", null);
    first.awaitRetry(id, 1);
    first.crash();
    setup().start(letters()).crash();
    var behind = firstReplayThrows(new JournalException.Overloaded("too many reads"));
    try (var again = setup().around(inner -> new FaultyJournal(inner, behind)).start(flaky)) {
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      time.awaitWait(MINUTE.minusSeconds(1));
      assertEquals(1, calls.get());
      time.advance(MINUTE.minusSeconds(1));
      again.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aRunThatCanNotBeReadIsLookedAtAgain() {
    var calls = new AtomicInteger();
    var flaky = failsOnce(calls);
    var setup =
        setup().around(inner -> new FaultyJournal(inner, firstReplayThrows(FaultyJournal.BROKEN)));
    try (var engine = setup.start(flaky)) {
      var id = engine.run("flaky", null);
      engine.awaitRetry(id, 1);
      time.awaitWait(MINUTE);
      time.advance(MINUTE);
      time.awaitWait(Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(30));
      engine.await(id, Status.COMPLETED);
    }
  }

  @Test
  void aRecordedOutputThatTheNextStepCanNotReadNowBlocksTheRunAndFailsNothing() {
    var before =
        Workflow.named("typed")
            .input(String.class, "")
            .step("one", String.class, (_, _) -> "text")
            .step(
                "two",
                String.class,
                (_, _) -> {
                  throw new IllegalStateException();
                })
            .build();
    var changed =
        Workflow.named("typed")
            .input(String.class, "")
            .step("one", Integer.class, (_, _) -> 1)
            .step("two", String.class, (number, _) -> "after " + number)
            .build();
    var first = setup().start(before);
    var id = first.run("typed", null);
    first.awaitRetry(id, 1);
    first.crash();
    try (var second = setup().start(changed)) {
      time.awaitWait(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      var run = second.await(id, detail -> detail.run().status() != Status.RUNNING);
      assertEquals(Status.BLOCKED, run.run().status());
      assertEquals("code-mismatch", run.run().reason().code());
    }
  }
}
