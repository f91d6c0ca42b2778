package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as lists show it: without its values.
 *
 * @param failingStep the step that failed last, while the run waits to retry it or has ended by it
 * @param ending how a run that is still running is going to end; null for all others
 * @param deadline when its time is up; null when it is not limited
 * @param parent the run that has started it; null when none has
 * @param generation 0, and one more for each time an operator retried the run
 */
public record RunRecord(
    RunId id,
    String workflow,
    int version,
    Status status,
    @Nullable Reason reason,
    @Nullable WaitingFor waitingFor,
    @Nullable String failingStep,
    @Nullable Ending ending,
    @Nullable Instant deadline,
    @Nullable RunId parent,
    int generation,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt) {

  public RunRecord {
    requireNonNull(id, "id");
    requireNonNull(workflow, "workflow");
    requireNonNull(status, "status");
    requireNonNull(createdAt, "createdAt");
  }

  /** From start to end; empty while either is missing. */
  public Optional<Duration> duration() {
    return startedAt == null || finishedAt == null
        ? Optional.empty()
        : Optional.of(Duration.between(startedAt, finishedAt));
  }
}
