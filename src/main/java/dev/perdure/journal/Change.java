package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One lawful transition of a run or one of its steps. Changes travel in {@link Command.Advance} and
 * {@link Command.StartRun}; those of one command are committed together or not at all.
 */
public sealed interface Change {

  /** Whether the run does not go on behind this, so that nothing but notes may follow it. */
  default boolean stopsRun() {
    return this instanceof RunCompleted
        || this instanceof RunFailed
        || this instanceof RunCancelled
        || this instanceof RunBlocked;
  }

  /** Whether it only says something of a step, and is ignored when that is over. */
  default boolean isNote() {
    return this instanceof StepProgressed || this instanceof StepLogged;
  }

  /** Changes of one step; the attempt they name is what they are compared with. */
  sealed interface OfStep extends Change {
    int ordinal();

    int attempt();
  }

  /** Changes of an entry without attempts. */
  sealed interface OfEntry extends Change {
    int ordinal();
  }

  /** Changes of the run itself. */
  sealed interface OfRun extends Change {}

  /**
   * An entry that is no step begins: a wait, a child run, or what holds a scope of its own. It has
   * no attempts.
   *
   * @param waitingFor null for one that is busy itself
   */
  record EntryBegun(
      int ordinal,
      String scope,
      int position,
      String kind,
      String name,
      @Nullable String inputDigest,
      String input,
      @Nullable WaitingFor waitingFor,
      Instant at)
      implements OfEntry {
    public EntryBegun {
      requireNonNull(scope, "scope");
      requireNonNull(kind, "kind");
      requireNonNull(name, "name");
      requireNonNull(input, "input");
      requireNonNull(at, "at");
    }
  }

  /** An entry that has been completed as soon as it begins, like a recorded random number. */
  record EntryRecorded(
      int ordinal,
      String scope,
      int position,
      String kind,
      String name,
      @Nullable String inputDigest,
      String input,
      String output,
      Instant at)
      implements OfEntry {
    public EntryRecorded {
      requireNonNull(scope, "scope");
      requireNonNull(kind, "kind");
      requireNonNull(name, "name");
      requireNonNull(input, "input");
      requireNonNull(output, "output");
      requireNonNull(at, "at");
    }
  }

  /** An entry without attempts that had begun has completed. */
  record EntryCompleted(int ordinal, String output, Instant at) implements OfEntry {
    public EntryCompleted {
      requireNonNull(output, "output");
      requireNonNull(at, "at");
    }
  }

  /**
   * An entry without attempts that had begun has failed; or a step that waits for its next attempt,
   * which it is not going to have.
   */
  record EntryFailed(int ordinal, ErrorRecord error, Reason reason, Instant at) implements OfEntry {
    public EntryFailed {
      requireNonNull(error, "error");
      requireNonNull(reason, "reason");
      requireNonNull(at, "at");
    }
  }

  /** A signal in the inbox of the run is taken by the entry of this ordinal. */
  record SignalTaken(long number, int ordinal) implements Change {}

  /**
   * Another run starts, pending, as a child of this one. Always behind the {@link EntryBegun} or
   * {@link EntryRecorded} of its ordinal.
   *
   * @param awaited whether the entry waits for its end: then the end puts a message of the name
   *     {@link SignalRecord#CHILD_ENDED} into the parent's inbox, and cancelling reaches the child
   */
  record ChildStarted(int ordinal, Command.StartRun run, boolean awaited) implements Change {
    public ChildStarted {
      requireNonNull(run, "run");
    }
  }

  /** How far a step is. Ignored when the attempt is not in flight any longer. */
  record StepProgressed(int ordinal, int attempt, double fraction, String text, Instant at)
      implements Change {
    public StepProgressed {
      requireNonNull(text, "text");
      requireNonNull(at, "at");
    }
  }

  /**
   * A line of a step. Ignored when the step has {@link StepLog#LINES_MAX} already.
   *
   * @param line at most {@link StepLog#LINE_CHARS_MAX} characters
   */
  record StepLogged(int ordinal, int attempt, String line, Instant at) implements Change {
    public StepLogged {
      requireNonNull(line, "line");
      requireNonNull(at, "at");
    }
  }

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
   * The attempt in flight has failed and another is due. The step waits for it.
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

  /** The step that waits for its next attempt waits for something else now. */
  record StepWaiting(int ordinal, int attempt, WaitingFor waitingFor) implements OfStep {
    public StepWaiting {
      requireNonNull(waitingFor, "waitingFor");
    }
  }

  /**
   * The step or entry will not go on, because its run is ending or its scope has failed. An attempt
   * in flight is recorded as interrupted.
   *
   * @param attempt the latest one; 0 for an entry without attempts
   */
  record StepCancelled(int ordinal, int attempt, Reason reason, Instant at) implements OfStep {
    public StepCancelled {
      requireNonNull(reason, "reason");
      requireNonNull(at, "at");
    }
  }

  /** The step can not go on by itself; always together with {@link RunBlocked}. */
  record StepBlocked(int ordinal, int attempt, Reason reason, Instant at) implements OfStep {
    public StepBlocked {
      requireNonNull(reason, "reason");
      requireNonNull(at, "at");
    }
  }

  /** All of the run waits: nothing of it holds a thread. */
  record RunWaiting(WaitingFor waitingFor) implements OfRun {
    public RunWaiting {
      requireNonNull(waitingFor, "waitingFor");
    }
  }

  /**
   * The run is going to end this way; its compensations come first. It stays running.
   *
   * @param error null for {@link Ending#CANCELLED}
   */
  record RunEnding(
      Ending ending,
      @Nullable ErrorRecord error,
      Reason reason,
      @Nullable String failingStep,
      Instant at)
      implements OfRun {
    public RunEnding {
      requireNonNull(ending, "ending");
      requireNonNull(reason, "reason");
      requireNonNull(at, "at");
    }
  }

  /** The run has been cancelled. What of it still waits is cancelled with it. */
  record RunCancelled(Reason reason, Instant at) implements OfRun {
    public RunCancelled {
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
   * The run has failed. What of it still waits is cancelled with it.
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
