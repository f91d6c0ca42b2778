package dev.perdure.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.SystemTime;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents show is what compiles and runs, and what they point to is there. */
class ReadmeSnippetsTest {

  private static final Path README = Path.of("README.md");
  private static final Path SOURCES = Path.of("src/test/java/dev/perdure/docs");
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- ([\\w.]+) ([\\w-]+) -->\n```java\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)[^):]*\\)");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "src/docs/changing-code.md",
        "src/docs/workflows.md",
        "src/docs/testing.md"
      })
  void javaOfThePagesIsTheJavaThatCompiles(Path page) throws IOException {
    var readme = Files.readString(page);
    var shown = new TreeMap<String, String>();
    var compiled = new TreeMap<String, String>();
    var snippets = SNIPPET.matcher(readme);
    while (snippets.find()) {
      var name = snippets.group(1) + " " + snippets.group(2);
      shown.put(name, snippets.group(3));
      compiled.put(name, region(snippets.group(1), snippets.group(2)));
    }
    assertEquals(readme.split("```java", -1).length - 1, shown.size(), "java without a source");
    assertEquals(compiled, shown);
  }

  /** The lines between {@code // [README name]} and {@code // [end]}, moved to the left. */
  private static String region(String file, String name) throws IOException {
    var region =
        Pattern.compile(
                " *// \\[README " + Pattern.quote(name) + "]\n(.*?)\n*? *// \\[end]",
                Pattern.DOTALL)
            .matcher(Files.readString(SOURCES.resolve(file)));
    assertTrue(region.find(), () -> file + " has no region " + name);
    return region.group(1).stripIndent() + "\n";
  }

  @Test
  void everyFileThatADocumentPointsToIsThere() throws IOException {
    var missing = new TreeSet<String>();
    for (var document : documents()) {
      var links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        var target = document.resolveSibling(links.group(1));
        if (!Files.exists(target)) {
          missing.add(document + " points to " + links.group(1));
        }
      }
    }
    assertEquals(new TreeSet<String>(), missing);
  }

  private static List<Path> documents() throws IOException {
    try (var pages = Files.walk(Path.of("src/docs"))) {
      return Stream.concat(
              Stream.of(README, Path.of("CHANGELOG.md"), Path.of("src/examples/README.md")),
              pages.filter(page -> page.toString().endsWith(".md")))
          .toList();
    }
  }

  @Test
  void theWorkflowsOfTheReadmeRun() throws Exception {
    try (var shop = new Shop(0, 0);
        var engine = engine(new Orders(shop.address()))) {
      engine.start();
      var order = await(engine, engine.startRun("order", null, null).id());
      var basket = await(engine, engine.startRun("basket", null, null).id());
      assertEquals(
          List.of(
              "charge " + order + "-0",
              "pack " + order + "-1",
              "ship " + order + "-2",
              "charge " + basket + "-0",
              "charge " + basket + "-1"),
          shop.asked());
    }
  }

  private Engine engine(Orders orders) {
    var time = new SystemTime();
    var journal = SqliteJournal.open(directory, SqliteOptions.with(time, time::nanos));
    return new Engine(journal, orders.workflows(), EngineOptions.DEFAULT);
  }

  private static RunId await(Engine engine, RunId run) {
    while (true) {
      var change = engine.commits().nextChangeOf(run, Duration.ofSeconds(30));
      var status = engine.reader().run(run).orElseThrow().status();
      if (status.isTerminal()) {
        assertEquals(Status.COMPLETED, status);
        return run;
      }
      assertTrue(change.join(), "nothing changed any more");
    }
  }
}
