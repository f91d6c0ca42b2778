package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import java.util.random.RandomGenerator;

/**
 * Everything an engine needs from the world besides its journal.
 *
 * @param idRandom for run ids; unguessable in production
 * @param jitter for the jitter of retries
 */
public record Ports(
    Time time, RandomGenerator idRandom, RandomGenerator jitter, StepThreads threads) {

  public Ports {
    requireNonNull(time, "time");
    requireNonNull(idRandom, "idRandom");
    requireNonNull(jitter, "jitter");
    requireNonNull(threads, "threads");
  }

  /** Real time, real randomness, virtual threads. */
  public static Ports system() {
    return new Ports(
        new SystemTime(),
        new java.security.SecureRandom(),
        RandomGenerator.getDefault(),
        StepThreads.VIRTUAL);
  }
}
