package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.RunId;
import dev.perdure.testing.ManualTime;
import dev.perdure.workflow.StepOptions;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StartGateTest {

  private final ManualTime time = new ManualTime(TestEngine.START);
  private final StartGate gate = new StartGate(new Zombies(16), time, _ -> false);
  private final Attempt plain = attempt(1);
  private final Attempt suspect = attempt(2);
  private final Attempt other = attempt(3);

  /** A monotonic clock counts from somewhere, usually from the start of the machine. */
  @BeforeEach
  void theMachineHasBeenUpForAnHour() {
    time.advance(Duration.ofHours(1));
  }

  private Attempt attempt(long run) {
    return new Attempt(new RunId(new UUID(run, run)), 0, "work", 1, StepOptions.DEFAULT, time);
  }

  @Test
  void anAttemptWhoseStartIsBeingCommittedIsCompanyForASuspect() {
    assertTrue(gate.tryEnter(plain, false));
    assertFalse(gate.tryEnter(suspect, true), "it would not be alone");
  }

  @Test
  void aSuspectWhoseStartIsBeingCommittedIsAloneAlready() {
    assertTrue(gate.tryEnter(suspect, true));
    assertFalse(gate.tryEnter(plain, false), "it would not be alone");
  }

  @Test
  void aBodyThatIsInterruptedStillWaitsItsTurn() {
    gate.tryEnter(plain, false);
    var interrupted = new CompletableFuture<Boolean>();
    Thread.ofVirtual()
        .start(() -> {
          Thread.currentThread().interrupt();
          try {
            gate.enter(suspect, true);
            interrupted.complete(Thread.interrupted());
          } catch (Unwind e) {
            interrupted.completeExceptionally(e);
          }
        });
    // While a suspect waits, nobody else is let in.
    while (!interrupted.isDone() && gate.tryEnter(other, false)) {
      gate.leave(other);
    }
    gate.leave(plain);
    assertTrue(interrupted.join(), "the flag is the body's own");
    assertTrue(gate.inFlight().contains(suspect));
  }
}
