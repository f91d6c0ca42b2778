package dev.perdure.engine;

import dev.perdure.journal.RunId;

/** How a run reaches other runs of the engine. Thread-safe. */
interface OtherRuns {

  /** An id for a new run. */
  RunId newId();

  /** So many pending runs have been stored. */
  void pendingAdded(long count);

  /**
   * Asks for a run to be cancelled, and waits until that is durable.
   *
   * @throws dev.perdure.journal.JournalException as {@link AwaitJournal} does
   */
  void cancel(RunId run);

  /** A message has been put into the inbox of this run. */
  void call(RunId run);
}
