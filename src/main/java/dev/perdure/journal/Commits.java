package dev.perdure.journal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What has been committed since this owner began; for caches and for those who wait. */
public interface Commits {

  /** How many commits have changed something visible. Rises; starts anew with each owner. */
  long count();

  /**
   * Completes with true at the next commit that touches this run, with false when the time is up.
   * Registered before the caller reads the run, it misses nothing.
   */
  CompletableFuture<Boolean> nextChangeOf(RunId id, Duration atMost);

  /**
   * Completes with true at the next commit that ends this run, or blocks it so that it needs a
   * person; with false when the time is up. Now and then it is true without that, when a run was
   * cancelled or let go on: whoever waits looks how the run stands. Registered before the caller
   * reads the run, it misses nothing.
   */
  CompletableFuture<Boolean> endOf(RunId id, Duration atMost);
}
