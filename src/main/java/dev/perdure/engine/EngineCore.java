package dev.perdure.engine;

import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What the parts of an engine share.
 *
 * @param clocks how the clocks stood when the engine began
 * @param cleared told of runs whose step is no suspect any longer, or was none
 * @param others how a run reaches other runs
 * @param stopping whether a shutdown has begun or the journal has failed
 */
record EngineCore(
    Journal journal,
    Ports ports,
    Timers.Clocks clocks,
    Values values,
    Definitions definitions,
    Zombies zombies,
    StartGate gate,
    Consumer<RunId> cleared,
    OtherRuns others,
    BooleanSupplier stopping) {

  private static final Duration READ_AGAIN_AFTER = Duration.ofMillis(500);

  /**
   * Asks the journal on behalf of a run, however long it takes: a run is not to be blamed for reads
   * that are behind.
   *
   * @throws Unwind when the engine stops meanwhile
   */
  <R> R read(Function<JournalReader, R> query) {
    while (true) {
      try {
        return query.apply(journal.reader());
      } catch (JournalException.Overloaded e) {
        if (stopping.getAsBoolean()) {
          throw Unwind.stopped();
        }
        var over = new CompletableFuture<Void>();
        time().after(READ_AGAIN_AFTER, () -> over.complete(null));
        over.join();
      }
    }
  }

  Time time() {
    return ports.time();
  }

  RandomGenerator random() {
    return ports.jitter();
  }

  StepThreads threads() {
    return ports.threads();
  }
}
