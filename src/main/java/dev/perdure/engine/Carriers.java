package dev.perdure.engine;

/** The threads that carry virtual threads. */
public final class Carriers {

  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

  private Carriers() {}

  /** How many there are: the JDK's setting, by default one for each processor. */
  public static int count() {
    return Integer.getInteger(PARALLELISM, Runtime.getRuntime().availableProcessors());
  }
}
