package dev.perdure.simulation;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What a simulation must not find different on another machine: how many carriers the engine
 * believes to have. It also keeps the engine from telling the log of each of a million crashes.
 */
final class Machine implements AutoCloseable {

  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";
  private static final String OF_THE_SERVER = "16";

  private final Logger log = Logger.getLogger("dev.perdure.engine");
  private final Level level = log.getLevel();
  private final String carriers;

  Machine() {
    // The JDK reads it once, for its own threads; those stay as they are.
    var _ = Thread.ofVirtual().unstarted(() -> {});
    carriers = System.getProperty(CARRIERS);
    System.setProperty(CARRIERS, OF_THE_SERVER);
    log.setLevel(Level.OFF);
  }

  @Override
  public void close() {
    log.setLevel(level);
    if (carriers == null) {
      System.clearProperty(CARRIERS);
    } else {
      System.setProperty(CARRIERS, carriers);
    }
  }
}
