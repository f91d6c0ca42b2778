package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Perdure in a container that belongs to somebody else. */
class PerdureListenerTest {

  @TempDir private Path directory;
  private ForeignJetty jetty;
  private Map<String, String> settings;

  @BeforeEach
  void start() throws Exception {
    jetty = new ForeignJetty();
    settings = Map.of("PERDURE_DATA", data().toString(), "PERDURE_TOKEN", ForeignJetty.TOKEN);
  }

  private Path data() {
    return directory.resolve("data");
  }

  @AfterEach
  void stop() throws Exception {
    jetty.stop();
  }

  @Test
  void isServedUnderContextPathOfContainer() throws Exception {
    var perdure = jetty.deploy("/jobs", settings);
    perdure.awaitReadiness("ready");

    assertTrue(perdure.get("/api/workflows").body().contains("nightly-summary"));
    assertEquals(200, perdure.get("/").statusCode());
  }

  @Test
  void aJarWhoseTablesAreRefusedStopsNoOther() throws Exception {
    var jars = Files.createDirectory(directory.resolve("jars"));
    new JarMaker()
        .provider("Sound", "return List.of(" + JarMaker.workflow("sound", "only") + ");")
        .write(jars.resolve("a.jar"));
    new JarMaker()
        .provider(
            "Unsound",
            """
            return List.of(
                Workflow.named("unsound")
                    .tables(Tables.named("shop").migration("CREATE NONSENSE"))
                    .input(Integer.class, 1)
                    .step("only", Integer.class, (n, s) -> n)
                    .build());
            """)
        .write(jars.resolve("b.jar"));
    var withJars = new HashMap<>(settings);
    withJars.put("PERDURE_WORKFLOWS", jars.toString());
    var perdure = jetty.deploy("/jobs", withJars);
    perdure.awaitReadiness("ready");

    var workflows = perdure.get("/api/workflows").body();
    assertTrue(workflows.contains("\"sound\""), workflows);
    assertFalse(workflows.contains("\"unsound\""), workflows);
  }

  /** A hot redeployment starts the new application before it stops the old one. */
  @Test
  void takesOverWhenTheOneBeforeHasLetGo() throws Exception {
    var old = jetty.deploy("/old", settings);
    old.awaitReadiness("ready");
    var run = old.startRun("platform-health-check");

    var next = jetty.deploy("/next", settings);
    next.awaitReadiness("standby");
    var refused = next.get("/api/runs");
    assertEquals(503, refused.statusCode());
    assertTrue(refused.body().contains("perdure at /old/, pid "), refused::body);
    old.awaitReadiness("ready");

    old.undeploy();
    next.awaitReadiness("ready");
    assertEquals(200, next.get("/api/runs/" + run).statusCode());
  }

  @Test
  void endsWhileItStandsBy() throws Exception {
    var old = jetty.deploy("/old", settings);
    old.awaitReadiness("ready");
    var next = jetty.deploy("/next", settings);
    next.awaitReadiness("standby");

    next.undeploy();

    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("perdure-start")));
    old.awaitReadiness("ready");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health/live", "/health/ready", "/api/workflows", "/login"})
  void servesNobodyWithoutToken(String path) throws Exception {
    var perdure = jetty.deploy("/app", Map.of("PERDURE_DATA", data().toString()));

    var answer = perdure.get(path);

    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("misconfigured"), answer::body);
    assertFalse(Files.exists(data()), "touches the data");
  }

  @Test
  void answers503AfterItsJournalHasFailed() throws Exception {
    var perdure = jetty.deploy("/app", settings);
    perdure.awaitReadiness("ready");

    Files.delete(data().resolve("perdure.db"));

    perdure.awaitReadiness("failed");
    assertEquals(503, perdure.get("/api/runs").statusCode());
    assertEquals(200, perdure.get("/health/live").statusCode());
  }
}
