package dev.perdure.engine;

import dev.perdure.journal.Change;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where an entry stands that a body asks for.
 *
 * @param recorded what the journal holds of it; null when it is new
 */
record Place(
    String scope,
    int position,
    int ordinal,
    String kind,
    String name,
    @Nullable String inputDigest,
    @Nullable StepRecord recorded) {

  /** Whether the journal has its end, and that it was a good one. */
  boolean isCompleted() {
    return recorded != null && recorded.status() == Status.COMPLETED;
  }

  boolean isFailed() {
    return recorded != null && recorded.status() == Status.FAILED;
  }

  /** It begins; null for one that is busy itself. */
  Change begin(String input, @Nullable WaitingFor waitingFor, Instant at) {
    return new Change.EntryBegun(
        ordinal, scope, position, kind, name, inputDigest, input, waitingFor, at);
  }

  /** It begins and has been completed at once. */
  Change record(String input, String output, Instant at) {
    return new Change.EntryRecorded(
        ordinal, scope, position, kind, name, inputDigest, input, output, at);
  }

  Change complete(String output, Instant at) {
    return new Change.EntryCompleted(ordinal, output, at);
  }

  /** The path of the list that the entry holds, if it holds one. */
  String inner() {
    return Scope.within(scope, position);
  }
}
