package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A write to the journal. Each command decides by compare-and-set before it changes anything, and
 * is committed as a whole or not at all. {@code R} is what it answers once it is durable.
 */
public sealed interface Command<R> {

  /** Whether a guarded write was lawful. */
  enum Verdict {
    APPLIED,
    /** Somebody else was first: the run has ended, or the attempt is not the one in flight. */
    REFUSED
  }

  /** How a start was answered. */
  sealed interface StartResult {
    /** The run that the answer is about. */
    RunId id();

    /** A new run is stored. */
    record Started(RunId id) implements StartResult {}

    /** The key was known with the same input. Nothing was stored. */
    record Existing(RunId id) implements StartResult {}

    /** The key was known with another input. Nothing was stored. */
    record KeyReused(RunId id) implements StartResult {}

    /** The schedule's slot had started a run before. Nothing was stored. */
    record SlotTaken(RunId id) implements StartResult {}
  }

  /** A key by which a client makes its request repeatable; it belongs to the workflow. */
  record IdempotencyKey(String key, String inputDigest) {
    public IdempotencyKey {
      requireNonNull(key, "key");
      requireNonNull(inputDigest, "inputDigest");
    }
  }

  /**
   * Stores a new run.
   *
   * @param plan the steps of a sequence; empty for code
   * @param slot the instant of the workflow's schedule that this run is for; null for others
   * @param deadline when its time is up; null when it is not limited
   * @param changes what begins together with the run: empty leaves it pending, else it is running
   *     and these are applied
   */
  record StartRun(
      RunId id,
      String workflow,
      int version,
      List<StepPlan> plan,
      String input,
      @Nullable IdempotencyKey key,
      @Nullable Instant slot,
      @Nullable Instant deadline,
      List<Change> changes,
      boolean running,
      Instant at)
      implements Command<StartResult> {
    public StartRun {
      requireNonNull(id, "id");
      requireNonNull(workflow, "workflow");
      requireNonNull(input, "input");
      requireNonNull(at, "at");
      plan = List.copyOf(plan);
      changes = List.copyOf(changes);
      if (!running && !changes.isEmpty()) {
        throw new IllegalArgumentException("A pending run has no changes.");
      }
    }
  }

  /**
   * Makes the oldest pending runs running.
   *
   * @param limit 1 to 1,000
   */
  record AdmitRuns(int limit, Instant at) implements Command<List<RunId>> {}

  /** Moves a running run forward. Refused unless it is running, in this generation. */
  record Advance(RunId id, int generation, List<Change> changes) implements Command<Verdict> {
    public Advance {
      requireNonNull(id, "id");
      changes = List.copyOf(changes);
    }
  }

  /**
   * Begins a new ownership: the epoch rises, and every attempt that was in flight is recorded as
   * interrupted and waits for a slot. After an unclean end each of their steps gets a strike; after
   * a shutdown that had begun only those whose code had called {@code exit}.
   */
  record TakeOver(String bootId, Instant at) implements Command<TakenOver> {}

  /**
   * What the owner before left.
   *
   * @param cleanEnd whether it had begun to shut down, or there was none
   * @param interrupted how many attempts were cut off
   */
  record TakenOver(long epoch, boolean cleanEnd, int interrupted) {}

  /**
   * Records that a shutdown has begun, so that what it cuts off strikes nobody else.
   *
   * @param exitCallers the steps whose attempts' own code called {@code exit}
   */
  record BeginShutdown(Set<StepRef> exitCallers, Instant at) implements Command<Verdict> {
    public BeginShutdown {
      exitCallers = Set.copyOf(exitCallers);
    }
  }

  /** These steps are no suspects any longer: their attempts have lived for long enough. */
  record ClearStrikes(Set<StepRef> steps) implements Command<Verdict> {
    public ClearStrikes {
      steps = Set.copyOf(steps);
    }
  }

  /** Writes what nobody sees, to learn whether anything can be written. */
  record Probe() implements Command<Verdict> {}

  /**
   * Lets runs go on that were blocked with this reason code, if their workflow is one of these.
   * Those that had begun are running and wait for a slot, the others pending.
   *
   * @param limit how many at most, 1 to 1,000
   */
  record Unblock(String reasonCode, Set<String> workflows, int limit, Instant at)
      implements Command<List<RunId>> {
    public Unblock {
      workflows = Set.copyOf(workflows);
    }
  }

  /**
   * Blocks pending and parked runs that can not go on here, because their workflow is not
   * installed.
   *
   * @param installed the workflows that are
   * @param limit how many at most, 1 to 1,000
   */
  record BlockMissing(Set<String> installed, Reason reason, int limit, Instant at)
      implements Command<List<RunId>> {
    public BlockMissing {
      installed = Set.copyOf(installed);
    }
  }

  /**
   * Makes a schedule known, or changes its rule. The answer is since when it counts: slots before
   * that are nobody's.
   */
  record RegisterSchedule(String workflow, String cron, String zone, Instant at)
      implements Command<Schedule> {}

  /**
   * A schedule in the journal.
   *
   * @param since slots after this instant are to be started
   * @param lastSlot the latest slot that started a run; null when none has
   */
  record Schedule(String workflow, String cron, Instant since, @Nullable Instant lastSlot) {}

  /**
   * Puts a signal into the inbox of a run.
   *
   * @param id what makes the request repeatable; null when it need not be
   * @param payload JSON
   * @param inboxMax refused when so many signals wait to be taken
   */
  record SendSignal(
      RunId run, String name, @Nullable String id, String payload, int inboxMax, Instant at)
      implements Command<SignalResult> {
    public SendSignal {
      requireNonNull(run, "run");
      requireNonNull(name, "name");
      requireNonNull(payload, "payload");
      requireNonNull(at, "at");
    }
  }

  /** How a signal was answered. */
  sealed interface SignalResult {
    /** It is in the inbox. */
    record Stored() implements SignalResult {}

    /** A signal of this id had been stored for the run before. Nothing was stored. */
    record Known() implements SignalResult {}

    /** The run has ended. Nothing was stored. */
    record RunEnded(Status status) implements SignalResult {}

    /** There is no such run. Nothing was stored. */
    record NoSuchRun() implements SignalResult {}

    /** Too many signals wait. Nothing was stored. */
    record InboxFull() implements SignalResult {}
  }

  /**
   * Asks for a run, and for the children it waits for, to be cancelled. One that is pending, or
   * blocked for a reason that keeps it from being replayed, is cancelled at once. Any other one is
   * marked as {@linkplain Ending#CANCELLED ending}, and if it is parked or blocked it waits for a
   * slot, to be replayed.
   *
   * @param unreplayable codes of the reasons for which a blocked run can not be replayed
   * @param cancelled the reason of those that are cancelled at once
   * @param cancelling the reason of those that are being cancelled
   */
  record CancelRun(
      RunId run, Set<String> unreplayable, Reason cancelled, Reason cancelling, Instant at)
      implements Command<CancelResult> {
    public CancelRun {
      requireNonNull(run, "run");
      unreplayable = Set.copyOf(unreplayable);
      requireNonNull(cancelled, "cancelled");
      requireNonNull(cancelling, "cancelling");
      requireNonNull(at, "at");
    }
  }

  /** How a cancellation was answered. */
  sealed interface CancelResult {
    /**
     * It is stored.
     *
     * @param cancelled the runs that have been cancelled by this; some of them had been pending
     * @param pending how many of these had been pending
     * @param ending the runs that are being cancelled now, each one before the one it belongs to
     * @param unblocked those of them that had been blocked: nobody carries them forward yet
     */
    record Accepted(List<RunId> cancelled, int pending, List<RunId> ending, List<RunId> unblocked)
        implements CancelResult {
      public Accepted {
        cancelled = List.copyOf(cancelled);
        ending = List.copyOf(ending);
        unblocked = List.copyOf(unblocked);
      }

      /** None had been blocked. */
      public Accepted(List<RunId> cancelled, int pending, List<RunId> ending) {
        this(cancelled, pending, ending, List.of());
      }
    }

    /** The run is ending already, this way. Nothing was stored. */
    record AlreadyEnding(Ending ending) implements CancelResult {}

    /** The run has ended. Nothing was stored. */
    record RunEnded(Status status) implements CancelResult {}

    /** There is no such run. Nothing was stored. */
    record NoSuchRun() implements CancelResult {}
  }

  /**
   * Carries out those migrations of a group of tables that have not been.
   *
   * @param migrations SQL; the first is number 1
   */
  record MigrateTables(String name, List<String> migrations, Instant at)
      implements Command<MigrateResult> {
    public MigrateTables {
      requireNonNull(name, "name");
      migrations = List.copyOf(migrations);
      requireNonNull(at, "at");
    }
  }

  /** How migrations were answered. */
  sealed interface MigrateResult {
    /** All of them have been carried out, so many just now. */
    record Migrated(int now) implements MigrateResult {}

    /** One can not be carried out, or differs from what was carried out before. Nothing changed. */
    record Refused(int number, String why) implements MigrateResult {}
  }
}
