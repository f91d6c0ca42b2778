package dev.perdure.server;

import static dev.perdure.server.JarMaker.workflow;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.perdure.journal.RunId;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckCommandTest {

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path data;
  private RunId run;

  /** A run that waits for the retry of its only step, "only". */
  @BeforeEach
  void park() throws Exception {
    data = directory.resolve("data");
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
    try (var perdure = Perdure.open(data, workflow)) {
      run = perdure.start(workflow, 1);
      tried.join();
    }
  }

  private int check(String... arguments) {
    out.reset();
    err.reset();
    return new CheckCommand(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
        .run(List.of(arguments));
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }

  private Path jar(String name, String workflow, String step) throws Exception {
    return new JarMaker()
        .provider("Provides" + step, "return List.of(" + workflow(workflow, step) + ");")
        .write(directory.resolve(name));
  }

  @Test
  void allRunsThatFitAreASuccess() throws Exception {
    var jar = jar("a.jar", "from-jar", "only");
    assertEquals(0, check(data.toString(), "--workflows", jar.toString()), this::out);
    assertTrue(out().contains("1 unfinished runs checked. 1 would go on, 0 would be"), out());
    assertEquals("", err());
  }

  @Test
  void aRunThatWouldBeBlockedIsListedWithItsReason() throws Exception {
    var jar = jar("a.jar", "from-jar", "renamed");
    var before = Files.readAllBytes(data.resolve("perdure.db"));
    assertEquals(1, check(data.resolve("perdure.db").toString(), "--workflows=" + jar));
    var line = out().lines().findFirst().orElseThrow();
    assertTrue(
        line.startsWith(run + "  from-jar  would be blocked  code-mismatch: At place 1 "), line);
    assertTrue(out().contains("1 would be blocked"), out());
    assertArrayEquals(before, Files.readAllBytes(data.resolve("perdure.db")));
  }

  @Test
  void aRunWithoutItsWorkflowIsListed() {
    assertEquals(1, check(data.toString()));
    assertTrue(out().contains(run + "  from-jar  has no workflow  workflow-missing: "), out());
  }

  @Test
  void aProgramReadsJson() throws Exception {
    var jar = jar("a.jar", "from-jar", "renamed");
    assertEquals(1, check(data.toString(), "--json", "--workflows", jar.toString()));
    JsonObject json = JsonParser.parseString(out()).getAsJsonObject();
    var found = json.getAsJsonArray("runs").get(0).getAsJsonObject();
    assertEquals(run.toString(), found.get("runId").getAsString());
    assertEquals("would-block", found.get("outcome").getAsString());
    assertEquals("code-mismatch", found.getAsJsonObject("reason").get("code").getAsString());
    assertEquals(1, json.getAsJsonObject("counts").get("checked").getAsInt());
    assertEquals(1, json.getAsJsonObject("counts").get("would-block").getAsInt());
    assertFalse(json.get("allFit").getAsBoolean());
  }

  @Test
  void aDirectoryOfJarsIsTakenAndABrokenOneReported() throws Exception {
    var jars = Files.createDirectory(directory.resolve("jars"));
    jar("jars/a.jar", "from-jar", "only");
    Files.writeString(jars.resolve("b.jar"), "no zip");
    assertEquals(1, check(data.toString(), "--workflows", jars.toString()));
    assertTrue(out().contains("Workflows: b.jar is no jar that can be read"), out());
    assertTrue(out().contains("1 would go on"), out());
  }

  @Test
  void aDatabaseOfARunningServerIsRefusedAndSaysHowToCopyIt() {
    try (var _ = Perdure.open(data)) {
      assertEquals(2, check(data.toString()));
      assertTrue(err().contains("is in use by"), err());
      assertTrue(err().contains("VACUUM INTO"), err());
    }
  }

  @Test
  void whatIsNoDatabaseIsNamedAsItWasGiven() throws Exception {
    var file = Files.writeString(directory.resolve("letter.db"), "Dear Sir, ".repeat(1_000));
    assertEquals(2, check(file.toString()));
    assertTrue(err().startsWith("Not checked: "), err());
    assertTrue(err().contains(file.toRealPath().toString()), err());
    assertEquals(2, check(directory.resolve("none.db").toString()));
    assertTrue(err().contains("There is no file"), err());
    assertEquals(2, check(Files.createFile(directory.resolve("empty.db")).toString()));
    assertTrue(err().contains("is empty"), err());
  }

  @Test
  void anUnknownOptionNamesTheNearestOne() {
    assertEquals(2, check(data.toString(), "--workflow", "x"));
    assertTrue(err().contains("Did you mean --workflows?"), err());
    assertEquals(2, check(data.toString(), "--workflows"));
    assertTrue(err().contains("belongs a directory"), err());
    assertEquals(2, check());
    assertTrue(err().contains("Which database?"), err());
    assertEquals(2, check(data.toString(), "--workflows", "/no/such.jar"));
    assertTrue(err().contains("There is no jar"), err());
  }

  @Test
  void helpSaysWhatTheExitCodesMean() {
    assertEquals(0, check("--help"));
    assertTrue(out().contains("It ends with 0 if all runs fit"), out());
  }
}
