package dev.perdure.engine;

import dev.perdure.journal.Journal;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * What the parts of an engine share.
 *
 * @param stopping whether a shutdown has begun or the journal has failed
 */
record EngineCore(
    Journal journal,
    Ports ports,
    Values values,
    Definitions definitions,
    Zombies zombies,
    StartGate gate,
    BooleanSupplier stopping) {

  Time time() {
    return ports.time();
  }

  RandomGenerator jitter() {
    return ports.jitter();
  }

  StepThreads threads() {
    return ports.threads();
  }
}
