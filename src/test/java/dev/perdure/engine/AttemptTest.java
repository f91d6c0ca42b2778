package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.RunId;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.StepOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AttemptTest {

  private final ManualTime time = new ManualTime(TestEngine.START);
  private final ArrayDeque<Runnable> started = new ArrayDeque<>();
  private final AtomicBoolean effect = new AtomicBoolean();
  private final Attempt attempt =
      new Attempt(new RunId(new UUID(1, 1)), 0, "work", 1, StepOptions.DEFAULT, time);

  /** A machine so busy that a thread that was started has no turn yet. */
  private Thread later(String name, Runnable code) {
    started.add(code);
    return Thread.ofVirtual().name(name).unstarted(code);
  }

  private void start() {
    attempt.start(
        this::later,
        _ -> {
          effect.set(true);
          return Json.stored("null");
        },
        Duration.ofSeconds(1));
  }

  @Test
  void codeWhoseTimeWasUpBeforeItsThreadHadATurnDoesNotBegin() {
    start();
    time.advance(Duration.ofSeconds(1));
    started.remove().run();
    assertInstanceOf(Attempt.Outcome.TimedOut.class, attempt.outcome().join());
    assertTrue(attempt.ended().isDone());
    assertFalse(effect.get(), "its step is over, and may have been tried again");
  }

  @Test
  void codeWhoseThreadHasATurnInTimeBegins() {
    start();
    started.remove().run();
    assertTrue(effect.get());
  }
}
