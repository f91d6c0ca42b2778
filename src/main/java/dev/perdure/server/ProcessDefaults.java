package dev.perdure.server;

import java.util.Optional;
import java.util.logging.LogManager;

/**
 * System properties that only count before the classes that read them are loaded. What is set on
 * the command line stays.
 */
final class ProcessDefaults {

  private static final int PARALLELISM_MIN = 16;
  private static final int PARALLELISM_PER_CORE = 4;
  private static final int POOL_MIN = 256;

  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

  private ProcessDefaults() {}

  /** To be called before anything else. */
  static void set() {
    // With one carrier per core, as many steps that only compute keep all other runs from going on.
    int parallelism =
        Math.max(
            PARALLELISM_MIN, PARALLELISM_PER_CORE * Runtime.getRuntime().availableProcessors());
    setIfMissing(PARALLELISM, Integer.toString(parallelism));
    setIfMissing(
        "jdk.virtualThreadScheduler.maxPoolSize",
        Integer.toString(Math.max(POOL_MIN, Integer.getInteger(PARALLELISM, parallelism))));
    // Else Jetty starts the whole management of the platform to learn the size of a cache line.
    setIfMissing("org.eclipse.jetty.util.referencesPerCacheLine", "16");
    setIfMissing("java.util.logging.manager", LastingLogManager.class.getName());
  }

  /** What to say where the properties could not be set in time, and one of them matters. */
  static Optional<String> parallelismWarning() {
    int carriers = Integer.getInteger(PARALLELISM, Runtime.getRuntime().availableProcessors());
    return carriers >= PARALLELISM_MIN
        ? Optional.empty()
        : Optional.of(
            carriers
                + " steps that only compute will keep all other runs from going on. Start Java with"
                + " -D"
                + PARALLELISM
                + "="
                + PARALLELISM_MIN
                + " or more.");
  }

  private static void setIfMissing(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /**
   * Goes on logging while the process stops. The manager of the platform closes its handlers in a
   * shutdown hook, and what the other hooks say is lost.
   */
  public static final class LastingLogManager extends LogManager {

    /** Called by the platform, by name. */
    public LastingLogManager() {}

    @Override
    public void reset() {
      // Nothing is closed: the one handler there is writes to the standard error stream.
    }
  }
}
