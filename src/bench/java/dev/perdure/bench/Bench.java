package dev.perdure.bench;

import dev.perdure.torture.Trees;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures Perdure, prints what it found and writes it down. Set by system properties: {@code
 * bench.part} (several with commas, or all), {@code bench.rounds}, {@code bench.seconds} for each
 * measurement of a load, {@code bench.runs} for the growth, {@code bench.divisor} to see only that
 * everything works, and {@code bench.directory} for the databases.
 */
public final class Bench {

  private static final Path PAGE = Path.of("src/docs/performance.md");

  private static final List<Part> PARTS =
      List.of(
          new RawPart(),
          new ProcessPart(),
          new HttpPart(),
          new StartPart(),
          // After what starts on the same finished runs, because it adds to them.
          new GrowthPart(),
          new LongRunPart(),
          new RecoveryPart(),
          new WaitingPart(),
          new PendingPart(),
          new JmhPart());

  private final Settings settings;
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  Bench(Settings settings) {
    this.settings = settings;
  }

  /** Called by {@code make bench}. */
  public static void main(String[] arguments) throws Exception {
    var unknown =
        Settings.ofProperties().parts().stream().filter(name -> !names().contains(name)).toList();
    if (!unknown.isEmpty()) {
      System.out.println("There is no part " + unknown + ". There are: " + names());
      System.exit(2);
    }
    new Bench(Settings.ofProperties()).run();
  }

  /** The names of all parts. */
  static List<String> names() {
    return PARTS.stream().map(Part::name).toList();
  }

  /** Measures what the settings ask for; the figures by the names of their parts. */
  Map<String, List<Figure>> run() throws Exception {
    var directory = settings.directory();
    if (Files.exists(directory)) {
      Trees.delete(directory);
    }
    Files.createDirectories(directory);
    try {
      var environment = Environment.ofThis(directory);
      out.println(environment.versions() + "\n" + environment.machine());
      var figures = new LinkedHashMap<String, List<Figure>>();
      for (var part : PARTS.stream().filter(settings::wants).toList()) {
        figures.put(part.name(), run(part, environment));
      }
      if (!settings.arePublished()) {
        out.println("\nNot written down: that takes " + Settings.PUBLISHED + ".");
      }
      return figures;
    } finally {
      Trees.delete(directory);
    }
  }

  private List<Figure> run(Part part, Environment environment) throws Exception {
    out.println("\n" + settings.command(part.name()));
    var own = Files.createDirectories(settings.directory().resolve(part.name()));
    long began = System.nanoTime();
    var figures = part.measure(settings.bounds(own));
    var took = Duration.ofNanos(System.nanoTime() - began);
    Trees.delete(own);
    out.print(Report.forConsole(figures));
    out.printf("(%d s)%n", took.toSeconds());
    if (settings.arePublished()) {
      var text = Page.text(figures, environment, settings.command(part.name()), took);
      new Page(PAGE).write(part.name(), text);
    }
    return figures;
  }
}
