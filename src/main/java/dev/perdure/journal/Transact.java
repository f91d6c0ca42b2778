package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The transactional step in flight, and the code that it runs inside the writer's transaction.
 *
 * @param atMost how long the code may take, with its commit; then the connection is revoked and all
 *     is rolled back
 * @param code runs on a platform thread of its own, and is interrupted when its time is up
 */
public record Transact(
    RunId id, int generation, int ordinal, int attempt, Duration atMost, SqlCode<Done> code) {

  public Transact {
    requireNonNull(id, "id");
    requireNonNull(atMost, "atMost");
    requireNonNull(code, "code");
  }

  /**
   * What the code has come to.
   *
   * @param output of the step
   * @param commands carried out in the same transaction, behind the code: {@link Command.StartRun}
   *     and {@link Command.SendSignal}. One that is not stored rolls back everything
   */
  public record Done(String output, List<Command<?>> commands, Instant at) {
    public Done {
      requireNonNull(output, "output");
      commands = List.copyOf(commands);
      requireNonNull(at, "at");
    }
  }

  /** How it ended. */
  public sealed interface Result {
    /** The step is completed, and what its code did is durable with it. */
    record Committed(Done done) implements Result {}

    /** Nothing of it is stored; the attempt is still in flight. */
    record RolledBack(Throwable error) implements Result {}

    /**
     * Nothing of it is stored, because it took too long; the attempt is still in flight.
     *
     * @param stack where the code was then
     */
    record TimedOut(List<StackTraceElement> stack) implements Result {
      public TimedOut {
        stack = List.copyOf(stack);
      }
    }

    /** The attempt is not the one in flight, or the run is not running. */
    record Refused() implements Result {}
  }
}
