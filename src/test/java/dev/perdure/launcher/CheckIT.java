package dev.perdure.launcher;

import static dev.perdure.server.JarMaker.workflow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.server.JarMaker;
import dev.perdure.server.Perdure;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks a copied database by the command line of what is shipped. */
@Timeout(120)
class CheckIT {

  private static final Path TARGET = Path.of("target").toAbsolutePath();

  @TempDir private Path directory;
  private String output;

  /** The WAR itself, and the exploded one on a flat class path. */
  static Stream<List<String>> servers() {
    var exploded = TARGET.resolve("perdure/WEB-INF");
    return Stream.of(
        List.of("-jar", TARGET.resolve("perdure.war").toString()),
        List.of(
            "-cp",
            exploded.resolve("lib") + "/*:" + exploded.resolve("embedded") + "/*",
            "dev.perdure.server.Main"));
  }

  @BeforeEach
  void park() throws Exception {
    var tried = new CompletableFuture<Void>();
    var workflow =
        Workflow.named("from-jar")
            .input(Integer.class, 1)
            .step(
                "only",
                Integer.class,
                (_, _) -> {
                  tried.complete(null);
                  throw new IllegalStateException("not now");
                },
                StepOptions.DEFAULT.retries(5).backoff(Duration.ofHours(1), 1, Duration.ofHours(1)))
            .build();
    try (var perdure = Perdure.open(directory.resolve("data"), workflow)) {
      perdure.start(workflow, 1);
      tried.join();
    }
  }

  private int check(List<String> server, String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(server);
    command.add("check");
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PERDURE_"));
    builder.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    var process = builder.start();
    output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return process.waitFor();
  }

  private String jar(String step) throws Exception {
    return new JarMaker()
        .provider("Provides", "return List.of(" + workflow("from-jar", step) + ");")
        .write(directory.resolve(step + ".jar"))
        .toString();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void theExitCodeSaysWhetherTheBuildFits(List<String> server) throws Exception {
    var data = directory.resolve("data").toString();

    assertEquals(0, check(server, data, "--workflows", jar("only")), () -> output);
    assertTrue(output.contains("1 would go on"), output);

    assertEquals(1, check(server, data, "--workflows", jar("renamed")), () -> output);
    assertTrue(output.contains("would be blocked  code-mismatch: "), output);

    assertEquals(2, check(server, data, "--workflow", jar("only")), () -> output);
    assertTrue(output.contains("Did you mean --workflows?"), output);
  }
}
