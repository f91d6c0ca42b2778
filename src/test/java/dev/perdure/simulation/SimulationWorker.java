package dev.perdure.simulation;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Plays seeds until so many runs have ended or the time is up, in a process of its own. Says what
 * it found line by line, in columns that are parted by tabs.
 */
final class SimulationWorker {

  private static final int VIOLATIONS_MAX = 100;

  private SimulationWorker() {}

  /**
   * @param arguments the first seed, how many runs, how many seconds
   */
  public static void main(String[] arguments) {
    long seed = Long.parseLong(arguments[0]);
    long runsMax = Long.parseLong(arguments[1]);
    long end = System.nanoTime() + Duration.ofSeconds(Long.parseLong(arguments[2])).toNanos();
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var simulations = new Simulations();
    try (var _ = new Machine()) {
      while (simulations.runs() < runsMax
          && System.nanoTime() < end
          && simulations.violations().size() < VIOLATIONS_MAX) {
        int before = simulations.violations().size();
        simulations.play(seed++);
        simulations.violations().stream()
            .skip(before)
            .forEach(violation -> out.println("violation\t" + flat(violation)));
      }
    }
    simulations.lines().forEach((name, value) -> out.println("figure\t" + name + "\t" + value));
  }

  private static String flat(String text) {
    return text.replace('\n', ' ').replace('\t', ' ');
  }
}
