package dev.perdure.bench;

import dev.perdure.torture.Trees;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures Perdure and prints what it found. Set by system properties: {@code bench.part} (or all),
 * {@code bench.rounds}, {@code bench.seconds} for each measurement of a load, {@code
 * bench.directory}.
 */
public final class Bench {

  private static final List<Part> PARTS = List.of(new RawPart(), new ProcessPart());

  private Bench() {}

  /** Called by {@code make bench}. */
  public static void main(String[] arguments) throws Exception {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var wanted = System.getProperty("bench.part", "");
    var parts = PARTS.stream().filter(p -> wanted.isEmpty() || p.name().equals(wanted)).toList();
    if (parts.isEmpty()) {
      out.println("There are: " + String.join(", ", PARTS.stream().map(Part::name).toList()));
      System.exit(2);
    }
    var figures = new ArrayList<Figure>();
    for (var part : parts) {
      out.println("Measuring " + part.name() + " …");
      figures.addAll(measure(part));
    }
    out.print(Report.forConsole(figures));
  }

  private static List<Figure> measure(Part part) throws Exception {
    var work = Path.of(System.getProperty("bench.directory", "target/bench"));
    var directory = Files.createTempDirectory(Files.createDirectories(work), part.name());
    try {
      return part.measure(bounds(directory));
    } finally {
      Trees.delete(directory);
    }
  }

  private static Bounds bounds(Path directory) {
    var time =
        Duration.ofMillis(
            Math.round(1e3 * Double.parseDouble(System.getProperty("bench.seconds", "3"))));
    return new Bounds(
        Integer.getInteger("bench.rounds", 5), time, time.multipliedBy(3), false, directory);
  }
}
