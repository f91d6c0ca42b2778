package dev.perdure.journal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What has been committed since this owner began; for caches and for those who wait. */
public interface Commits {

  /** How many commits have changed something visible. Rises; starts anew with each owner. */
  long count();

  /**
   * Completes with true at the next commit that touches this run, with false when the time is up:
   * at once when the journal has closed, and after a second at most when too many wait, so whoever
   * gets false looks how the run stands. Registered before the caller reads the run, it misses
   * nothing. Whoever does not need it any longer completes it: until then it takes up a place.
   */
  CompletableFuture<Boolean> nextChangeOf(RunId id, Duration atMost);

  /**
   * Completes with true at the next commit that ends this run, or blocks it so that it needs a
   * person; else like {@link #nextChangeOf}. A run that is asked to end and has still to undo
   * something has not ended.
   */
  CompletableFuture<Boolean> endOf(RunId id, Duration atMost);
}
