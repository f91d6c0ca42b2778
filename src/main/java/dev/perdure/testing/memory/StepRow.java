package dev.perdure.testing.memory;

import static dev.perdure.testing.memory.BrokenRuleException.require;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepProgress;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StoredValue;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step or another entry, with its current attempt. */
final class StepRow extends MemoryRow<StepRow> {

  /** What an entry is and where it stands. */
  record Place(
      StepKey key,
      String scope,
      int position,
      String kind,
      String name,
      @Nullable String inputDigest,
      String input) {}

  final Place place;
  final Instant startedAt;

  Status status = Status.RUNNING;
  @Nullable Reason reason;
  @Nullable WaitingFor waitingFor;
  @Nullable String output;
  @Nullable ErrorRecord error;
  int attempt;
  int interrupted;
  int maxAttempts;
  int strikes;
  boolean trial;

  /** Its code has called exit, and a shutdown has begun. */
  boolean exitCalled;

  Instant attemptStartedAt;
  @Nullable Instant finishedAt;
  @Nullable Instant nextDueAt;
  @Nullable StepProgress progress;

  StepRow(Place place, Instant at) {
    this.place = place;
    this.startedAt = MemoryTimes.of(at);
    this.attemptStartedAt = startedAt;
  }

  StepKey key() {
    return place.key();
  }

  boolean hasAttempts() {
    return attempt > 0;
  }

  boolean isInFlight() {
    return status == Status.RUNNING && waitingFor == null && hasAttempts();
  }

  void noWait() {
    waitingFor = null;
    nextDueAt = null;
  }

  StepRecord record(
      @Nullable StoredValue in,
      @Nullable StoredValue out,
      @Nullable RunId child,
      List<AttemptRecord> attempts) {
    return new StepRecord(
        key().ordinal(),
        place.scope(),
        place.position(),
        place.kind(),
        place.name(),
        status,
        reason,
        waitingFor,
        place.inputDigest(),
        in,
        out,
        error,
        attempt,
        interrupted,
        maxAttempts,
        strikes,
        trial,
        startedAt,
        attemptStartedAt,
        finishedAt,
        nextDueAt,
        progress,
        child,
        attempts);
  }

  @Override
  void check() {
    require(status != Status.PENDING, "A step that has begun is not pending.");
    require(waitingFor == null || status == Status.RUNNING, "Only running steps wait.");
    require(nextDueAt == null || waitingFor != null, "What is due is waited for.");
    require(
        reason != null || (status != Status.FAILED && status != Status.BLOCKED),
        "A step that failed or is blocked says why.");
    require((finishedAt != null) == status.isTerminal(), "A step has finished when it has ended.");
    require((output != null) == (status == Status.COMPLETED), "A completed step has an output.");
    require((error != null) == (status == Status.FAILED), "A failed step has an error.");
    require(attempt >= 0 && interrupted >= 0 && interrupted <= attempt, "Attempts add up.");
  }
}
