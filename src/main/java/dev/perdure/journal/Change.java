package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One lawful transition of a run or one of its steps. Changes travel in {@link Command.Advance} and
 * {@link Command.StartRun}; those of one command are committed together or not at all.
 */
public sealed interface Change {

  /** Changes of one step; the attempt they name is what they are compared with. */
  sealed interface OfStep extends Change {
    int ordinal();

    int attempt();
  }

  /** Changes of the run itself. */
  sealed interface OfRun extends Change {}

  /**
   * An attempt is about to begin. The first inserts the step; a later one needs the step to be
   * waiting, with the attempt before this one as its latest.
   *
   * @param trial the attempt runs alone, because the step is a suspect
   */
  record AttemptStarted(
      int ordinal,
      String scope,
      int position,
      String kind,
      String name,
      @Nullable String inputDigest,
      String input,
      int attempt,
      int maxAttempts,
      boolean trial,
      Instant at)
      implements OfStep {
    public AttemptStarted {
      requireNonNull(scope, "scope");
      requireNonNull(kind, "kind");
      requireNonNull(name, "name");
      requireNonNull(input, "input");
      requireNonNull(at, "at");
      if (ordinal < 0 || attempt < 1) {
        throw new IllegalArgumentException("ordinal " + ordinal + ", attempt " + attempt);
      }
    }
  }

  /** The attempt in flight has completed the step. */
  record StepCompleted(int ordinal, int attempt, String output, Instant at) implements OfStep {
    public StepCompleted {
      requireNonNull(output, "output");
      requireNonNull(at, "at");
    }
  }

  /**
   * The attempt in flight has failed and another is due. The step and its run wait for it.
   *
   * @param waitingFor a retry, or the end of a timed-out attempt
   */
  record AttemptFailed(
      int ordinal,
      int attempt,
      ErrorRecord error,
      Instant at,
      Instant nextDueAt,
      WaitingFor waitingFor,
      Reason reason)
      implements OfStep {
    public AttemptFailed {
      requireNonNull(error, "error");
      requireNonNull(at, "at");
      requireNonNull(nextDueAt, "nextDueAt");
      requireNonNull(waitingFor, "waitingFor");
      requireNonNull(reason, "reason");
    }
  }

  /** The attempt in flight was cut off by a shutdown; it uses up no retry. */
  record AttemptInterrupted(int ordinal, int attempt, Instant at) implements OfStep {
    public AttemptInterrupted {
      requireNonNull(at, "at");
    }
  }

  /** The attempt in flight has failed and was the last one. */
  record StepFailed(int ordinal, int attempt, ErrorRecord error, Instant at, Reason reason)
      implements OfStep {
    public StepFailed {
      requireNonNull(error, "error");
      requireNonNull(at, "at");
      requireNonNull(reason, "reason");
    }
  }

  /** The step that waits for its next attempt waits for something else now; so does its run. */
  record StepWaiting(int ordinal, int attempt, WaitingFor waitingFor) implements OfStep {
    public StepWaiting {
      requireNonNull(waitingFor, "waitingFor");
    }
  }

  /** The step can not go on by itself; always together with {@link RunBlocked}. */
  record StepBlocked(int ordinal, int attempt, Reason reason, Instant at) implements OfStep {
    public StepBlocked {
      requireNonNull(reason, "reason");
      requireNonNull(at, "at");
    }
  }

  /** The run has completed. */
  record RunCompleted(String output, Instant at) implements OfRun {
    public RunCompleted {
      requireNonNull(output, "output");
      requireNonNull(at, "at");
    }
  }

  /**
   * The run has failed.
   *
   * @param failingStep the step that failed it; null when the body itself did
   */
  record RunFailed(ErrorRecord error, Reason reason, @Nullable String failingStep, Instant at)
      implements OfRun {
    public RunFailed {
      requireNonNull(error, "error");
      requireNonNull(reason, "reason");
      requireNonNull(at, "at");
    }
  }

  /** The run can not go on by itself. */
  record RunBlocked(Reason reason, Instant at) implements OfRun {
    public RunBlocked {
      requireNonNull(reason, "reason");
      requireNonNull(at, "at");
    }
  }
}
