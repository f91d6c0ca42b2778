package dev.perdure.engine;

import dev.perdure.journal.RunId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Those in this process who wait for runs that are under way here, and so need not ask the journal
 * again and again. Thread-safe.
 */
final class EndWaits {

  private final ConcurrentMap<RunId, CompletableFuture<Optional<String>>> waits =
      new ConcurrentHashMap<>();

  /** Completes with the next that is told of the run. All who wait for it share this. */
  CompletableFuture<Optional<String>> of(RunId id) {
    return waits.computeIfAbsent(id, _ -> new CompletableFuture<>());
  }

  /** The run has completed, which is durable. */
  void completed(RunId id, String output) {
    tell(id, Optional.of(output));
  }

  /** The run is not under way here any longer: the journal knows how it stands. */
  void lookAgain(RunId id) {
    tell(id, Optional.empty());
  }

  /** No run is under way here any longer. */
  void close() {
    waits.keySet().forEach(this::lookAgain);
  }

  private void tell(RunId id, Optional<String> output) {
    var waiting = waits.remove(id);
    if (waiting != null) {
      waiting.complete(output);
    }
  }
}
