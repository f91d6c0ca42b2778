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
 * Measures Perdure and prints what it found. Set by system properties: {@code bench.part} (several
 * with commas, or all), {@code bench.rounds}, {@code bench.seconds} for each measurement of a load,
 * {@code bench.runs} for the growth, {@code bench.divisor} to see only that everything works, and
 * {@code bench.directory} for the databases.
 */
public final class Bench {

  private static final List<Part> PARTS =
      List.of(
          new RawPart(),
          new ProcessPart(),
          new HttpPart(),
          new GrowthPart(),
          new LongRunPart(),
          new RecoveryPart(),
          new WaitingPart(),
          new PendingPart(),
          new StartPart());

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private Bench() {}

  /** Called by {@code make bench}. */
  public static void main(String[] arguments) throws Exception {
    System.exit(new Bench().run() ? 0 : 2);
  }

  private boolean run() throws Exception {
    var wanted = List.of(System.getProperty("bench.part", "").split(","));
    var parts =
        PARTS.stream()
            .filter(part -> wanted.equals(List.of("")) || wanted.contains(part.name()))
            .toList();
    if (parts.isEmpty()) {
      out.println("There are: " + String.join(", ", PARTS.stream().map(Part::name).toList()));
      return false;
    }
    var directory = Path.of(System.getProperty("bench.directory", "target/bench/work"));
    if (Files.exists(directory)) {
      Trees.delete(directory);
    }
    try {
      out.print(Report.forConsole(measure(parts, directory)));
    } finally {
      Trees.delete(directory);
    }
    return true;
  }

  private List<Figure> measure(List<Part> parts, Path directory) throws Exception {
    var figures = new ArrayList<Figure>();
    for (var part : parts) {
      out.println("Measuring " + part.name() + " …");
      var own = Files.createDirectories(directory.resolve(part.name()));
      figures.addAll(part.measure(bounds(own, directory)));
      Trees.delete(own);
    }
    return figures;
  }

  private static Bounds bounds(Path own, Path shared) {
    var time =
        Duration.ofMillis(
            Math.round(1e3 * Double.parseDouble(System.getProperty("bench.seconds", "3"))));
    return new Bounds(
        Integer.getInteger("bench.rounds", 5),
        time,
        time.multipliedBy(4),
        Integer.getInteger("bench.divisor", 1),
        own,
        shared);
  }
}
