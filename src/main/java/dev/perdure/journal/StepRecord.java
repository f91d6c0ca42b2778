package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step that has begun.
 *
 * @param ordinal its number in the run in the order in which steps began, from 0
 * @param scope the ordered list it stands in: {@code ""} is the run's own
 * @param position its place in that list, from 0
 * @param kind what was asked for, see {@link EntryKind}
 * @param inputDigest SHA-256 of the canonical input as 64 hex digits; null where there is none
 * @param attempt the number of the latest attempt, from 1; 0 for entries that have none
 * @param interrupted how many attempts were cut off; {@code attempt - interrupted} count
 * @param maxAttempts how many attempts that count there may be
 * @param strikes unclean ends in a row with an attempt of this step in flight
 * @param trial whether the latest attempt runs alone because the step is a suspect
 * @param startedAt when the first attempt began
 * @param attemptStartedAt when the latest attempt began
 * @param nextDueAt when the next attempt is due; null unless one is waited for
 * @param progress how far it is; null when it has never said so
 * @param child the run that it has started; null for all but children
 * @param attempts the attempts that did not complete, oldest first; filled by {@link
 *     JournalReader#detail}, else empty
 */
public record StepRecord(
    int ordinal,
    String scope,
    int position,
    String kind,
    String name,
    Status status,
    @Nullable Reason reason,
    @Nullable WaitingFor waitingFor,
    @Nullable String inputDigest,
    @Nullable StoredValue input,
    @Nullable StoredValue output,
    @Nullable ErrorRecord error,
    int attempt,
    int interrupted,
    int maxAttempts,
    int strikes,
    boolean trial,
    Instant startedAt,
    Instant attemptStartedAt,
    @Nullable Instant finishedAt,
    @Nullable Instant nextDueAt,
    @Nullable StepProgress progress,
    @Nullable RunId child,
    List<AttemptRecord> attempts) {

  public StepRecord {
    requireNonNull(scope, "scope");
    requireNonNull(kind, "kind");
    requireNonNull(name, "name");
    requireNonNull(status, "status");
    requireNonNull(startedAt, "startedAt");
    requireNonNull(attemptStartedAt, "attemptStartedAt");
    attempts = List.copyOf(attempts);
  }

  /** How many attempts count against the retries. */
  public int attemptCount() {
    return attempt - interrupted;
  }

  /** Whether an attempt is under way and holds a thread. */
  public boolean isInFlight() {
    return status == Status.RUNNING && waitingFor == null && attempt > 0;
  }
}
