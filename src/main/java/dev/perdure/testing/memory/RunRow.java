package dev.perdure.testing.memory;

import static dev.perdure.testing.memory.BrokenRuleException.require;

import dev.perdure.journal.Command;
import dev.perdure.journal.Ending;
import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepPlan;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run. */
final class RunRow extends MemoryRow<RunRow> {

  /** Rises with the order in which runs were stored. */
  final long key;

  final RunId id;
  final String workflow;
  final int version;
  final List<StepPlan> plan;
  final String input;
  final Instant createdAt;
  final @Nullable Instant deadline;

  /** The run that has started it, and the entry that did. */
  final @Nullable StepKey parent;

  final @Nullable RunId parentId;

  Status status;
  @Nullable Reason reason;
  @Nullable WaitingFor waitingFor;
  @Nullable String failingStep;
  @Nullable Ending ending;
  int generation;
  @Nullable Instant startedAt;
  @Nullable Instant finishedAt;
  @Nullable String output;
  @Nullable ErrorRecord error;

  RunRow(long key, Command.StartRun start, @Nullable StepKey parent, @Nullable RunId parentId) {
    this.key = key;
    this.id = start.id();
    this.workflow = start.workflow();
    this.version = start.version();
    this.plan = start.plan();
    this.input = start.input();
    this.createdAt = MemoryTimes.of(start.at());
    this.deadline = MemoryTimes.due(start.deadline());
    this.parent = parent;
    this.parentId = parentId;
    this.status = start.running() ? Status.RUNNING : Status.PENDING;
    this.startedAt = start.running() ? createdAt : null;
  }

  boolean isRunning(int inGeneration) {
    return status == Status.RUNNING && generation == inGeneration;
  }

  /** Whether it is going to end as one that has failed. */
  boolean isFailing() {
    return ending == Ending.FAILED || ending == Ending.TIMED_OUT;
  }

  RunRecord record() {
    return new RunRecord(
        id,
        workflow,
        version,
        status,
        reason,
        waitingFor,
        failingStep,
        ending,
        deadline,
        parentId,
        generation,
        createdAt,
        startedAt,
        finishedAt);
  }

  @Override
  void check() {
    require(waitingFor == null || status == Status.RUNNING, "Only running runs wait.");
    require(
        reason != null || (status != Status.FAILED && status != Status.BLOCKED),
        "A run that failed or is blocked says why.");
    require(status != Status.PENDING || startedAt == null, "A pending run has not started.");
    require(
        startedAt != null || (status != Status.RUNNING && status != Status.COMPLETED),
        "A run that is running or completed has started.");
    require((finishedAt != null) == status.isTerminal(), "A run has finished when it has ended.");
    require((output != null) == (status == Status.COMPLETED), "A completed run has an output.");
    checkEnding();
  }

  private void checkEnding() {
    require(
        ending == null || status == Status.RUNNING || status == Status.BLOCKED,
        "Only a run that has begun and not ended is ending.");
    require(
        (error != null) == (status == Status.FAILED || isFailing()),
        "A run has an error when it has failed or is failing.");
  }
}
