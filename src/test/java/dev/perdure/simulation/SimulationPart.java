package dev.perdure.simulation;

import dev.perdure.torture.Budget;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * As many simulations as time allows, in one process for each processor: threads of one process
 * would disturb one another's schedulers.
 */
public final class SimulationPart implements Part {

  /** Seeds of one process begin so far behind those of the one before. */
  private static final long SEEDS_APART = 100_000_000;

  @Override
  public String name() {
    return "simulation";
  }

  /** A cycle is a simulated run. */
  @Override
  public Figures run(Budget budget, long seed) throws IOException, InterruptedException {
    Files.createDirectories(budget.directory());
    int processors = Runtime.getRuntime().availableProcessors();
    var reports = new ArrayList<Path>();
    var workers = new ArrayList<Process>();
    for (int i = 0; i < processors; i++) {
      var report = budget.directory().resolve("worker-" + i + ".txt");
      reports.add(report);
      workers.add(start(budget, seed + i * SEEDS_APART, processors, report));
    }
    var violations = new ArrayList<String>();
    var lines = new LinkedHashMap<String, String>();
    for (int i = 0; i < processors; i++) {
      if (workers.get(i).waitFor() != 0) {
        violations.add("worker " + i + " has ended by itself; see " + reports.get(i));
      }
      read(reports.get(i), lines, violations);
    }
    return new Figures(name(), seed, lines, violations);
  }

  private static Process start(Budget budget, long seed, int processors, Path report)
      throws IOException {
    long left = Math.max(1, Duration.ofNanos(budget.endNanos() - System.nanoTime()).toSeconds());
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Djdk.trackAllThreads=false",
            "-cp",
            System.getProperty("java.class.path"),
            SimulationWorker.class.getName(),
            Long.toString(seed),
            Long.toString(Math.ceilDiv(budget.cyclesMax(), processors)),
            Long.toString(left))
        .redirectErrorStream(true)
        .redirectOutput(report.toFile())
        .start();
  }

  /** Numbers add up; seeds stand side by side. */
  private static void read(Path report, Map<String, String> lines, List<String> violations)
      throws IOException {
    for (var line : Files.readAllLines(report)) {
      var parts = line.split("\t", 3);
      switch (parts[0]) {
        case "figure" ->
            lines.merge(
                parts[1],
                parts[2],
                (one, other) ->
                    parts[1].equals(Simulations.SEEDS) ? one + ", " + other : sum(one, other));
        case "violation" -> violations.add(parts[1]);
        default -> {}
      }
    }
  }

  private static String sum(String one, String other) {
    return Long.toString(Long.parseLong(one) + Long.parseLong(other));
  }
}
