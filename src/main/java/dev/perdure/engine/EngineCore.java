package dev.perdure.engine;

import dev.perdure.journal.Journal;
import dev.perdure.journal.RunId;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What the parts of an engine share.
 *
 * @param await for reads and writes that a body can not go on without
 * @param clocks how the clocks stood when the engine began
 * @param cleared told of runs whose step is no suspect any longer, or was none
 * @param others how a run reaches other runs
 * @param stopping whether a shutdown has begun or the journal has failed
 */
record EngineCore(
    Journal journal,
    AwaitJournal await,
    Ports ports,
    Timers.Clocks clocks,
    Values values,
    Definitions definitions,
    Zombies zombies,
    StartGate gate,
    Consumer<RunId> cleared,
    OtherRuns others,
    BooleanSupplier stopping) {

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
