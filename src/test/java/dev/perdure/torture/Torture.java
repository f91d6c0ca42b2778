package dev.perdure.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Tortures Perdure for as long as one likes, and reports what it saw. Set by system properties:
 * {@code torture.part} (or all), {@code torture.minutes}, {@code torture.seed}, {@code
 * torture.directory}. Its exit code is 1 when a promise was not kept.
 */
public final class Torture {

  private static final Path REPORTS = Path.of("target/torture");

  private final PrintStream out = new PrintStream(System.out, true, UTF_8);
  private final Path directory =
      Path.of(System.getProperty("torture.directory", "target/torture/work"));

  private Torture() {}

  /** Called by {@code make torture}. */
  public static void main(String[] arguments) throws Exception {
    System.exit(new Torture().run() ? 0 : 1);
  }

  /** All there are: each names itself in META-INF/services. */
  static List<Part> parts() {
    return ServiceLoader.load(Part.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  private boolean run() throws Exception {
    var wanted = System.getProperty("torture.part", "");
    var parts = parts().stream().filter(p -> wanted.isEmpty() || p.name().equals(wanted)).toList();
    if (parts.isEmpty()) {
      out.println(
          "There is no part "
              + wanted
              + ". There are: "
              + String.join(", ", parts().stream().map(Part::name).toList()));
      return false;
    }
    var each = time().dividedBy(parts.size());
    boolean isGood = true;
    for (var part : parts) {
      isGood &= run(part, each);
    }
    return isGood;
  }

  private boolean run(Part part, Duration time) throws Exception {
    long seed = Long.getLong("torture.seed", System.nanoTime() & 0xff_ffff);
    long cycles = Long.getLong("torture.cycles", Long.MAX_VALUE);
    var work = Files.createDirectories(directory.resolve(part.name() + "-" + seed));
    out.printf("%s, seed %d, %d minutes, in %s%n", part.name(), seed, time.toMinutes(), work);
    var figures = part.run(Budget.of(time, cycles, work), seed);
    var report = report(figures, work);
    out.print(report);
    Files.createDirectories(REPORTS);
    Files.writeString(REPORTS.resolve(part.name() + "-" + seed + ".txt"), report);
    return figures.areGood();
  }

  private static Duration time() {
    return Duration.ofSeconds(
        Math.round(60 * Double.parseDouble(System.getProperty("torture.minutes", "10"))));
  }

  private String report(Figures figures, Path work) throws IOException {
    return figures.text()
        + "  %-32s %s%n".formatted("commit", commit())
        + "  %-32s %s%n".formatted("file system", Files.getFileStore(work).type())
        + "  %-32s %s%n"
            .formatted(
                "again",
                "make torture PART=%s SEED=%d MINUTES=…".formatted(figures.part(), figures.seed()));
  }

  private static String commit() {
    try {
      var git =
          new ProcessBuilder("git", "describe", "--always", "--dirty")
              .redirectErrorStream(true)
              .start();
      return new String(git.getInputStream().readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
