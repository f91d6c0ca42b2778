package dev.perdure.testing.memory;

import dev.perdure.journal.Change;
import dev.perdure.journal.Reason;
import dev.perdure.journal.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The transitions of entries without attempts. Each answers whether the stored one matched. */
final class MemoryEntries {

  private static final Reason RUN_ENDED = new Reason("run-ended", "The run has ended.");

  private final MemoryTables tables;

  MemoryEntries(MemoryTables tables) {
    this.tables = tables;
  }

  boolean begin(long run, Change.EntryBegun c) {
    var place =
        new StepRow.Place(
            new StepKey(run, c.ordinal()),
            c.scope(),
            c.position(),
            c.kind(),
            c.name(),
            c.inputDigest(),
            c.input());
    var entry = fresh(place, c.at());
    entry.waitingFor = c.waitingFor() == null ? null : MemoryTimes.of(c.waitingFor());
    tables.store(entry);
    return true;
  }

  boolean record(long run, Change.EntryRecorded c) {
    var place =
        new StepRow.Place(
            new StepKey(run, c.ordinal()),
            c.scope(),
            c.position(),
            c.kind(),
            c.name(),
            c.inputDigest(),
            c.input());
    var entry = fresh(place, c.at());
    complete(entry, c.output(), c.at());
    return true;
  }

  boolean complete(long run, Change.EntryCompleted c) {
    var entry = running(run, c.ordinal());
    if (entry == null) {
      return false;
    }
    complete(entry.copy(), c.output(), c.at());
    return true;
  }

  boolean fail(long run, Change.EntryFailed c) {
    var before = failing(run, c.ordinal());
    if (before == null) {
      return false;
    }
    var entry = before.copy();
    end(entry, Status.FAILED, c.at());
    MemorySteps.clearStrikes(entry);
    entry.error = c.error();
    entry.reason = c.reason();
    tables.store(entry);
    return true;
  }

  /** Whether the stored entry is what the change starts from. Changes nothing. */
  boolean matches(long run, Change.OfEntry change) {
    return switch (change) {
      case Change.EntryBegun begun -> isFree(run, begun.ordinal());
      case Change.EntryRecorded recorded -> isFree(run, recorded.ordinal());
      case Change.EntryCompleted completed -> running(run, completed.ordinal()) != null;
      case Change.EntryFailed failed -> failing(run, failed.ordinal()) != null;
    };
  }

  /** Whether anything that the run has begun has not ended. */
  boolean anyOpen(long run) {
    return tables.stepsOf(run).stream().anyMatch(entry -> !entry.status.isTerminal());
  }

  /** The run has ended: what of it is still open is cancelled with it. */
  void cancelAll(long run, Instant at) {
    for (var before : tables.stepsOf(run)) {
      if (!before.status.isTerminal()) {
        var entry = before.copy();
        end(entry, Status.CANCELLED, at);
        entry.reason = RUN_ENDED;
        MemorySteps.clearStrikes(entry);
        tables.store(entry);
      }
    }
  }

  private StepRow fresh(StepRow.Place place, Instant at) {
    BrokenRuleException.require(
        tables.steps.get(place.key()) == null, "The entry has begun: " + place.key());
    return new StepRow(place, at);
  }

  private void complete(StepRow entry, String output, Instant at) {
    end(entry, Status.COMPLETED, at);
    entry.output = output;
    entry.reason = null;
    tables.store(entry);
  }

  private static void end(StepRow entry, Status status, Instant at) {
    entry.status = status;
    entry.finishedAt = MemoryTimes.of(at);
    entry.noWait();
  }

  private boolean isFree(long run, int ordinal) {
    return tables.steps.get(new StepKey(run, ordinal)) == null;
  }

  /** A step between two attempts fails like an entry, when there is no time for another one. */
  private @Nullable StepRow failing(long run, int ordinal) {
    var entry = tables.steps.get(new StepKey(run, ordinal));
    return entry != null && entry.status == Status.RUNNING && !entry.isInFlight() ? entry : null;
  }

  private @Nullable StepRow running(long run, int ordinal) {
    var entry = tables.steps.get(new StepKey(run, ordinal));
    return entry != null && entry.status == Status.RUNNING && !entry.hasAttempts() ? entry : null;
  }
}
