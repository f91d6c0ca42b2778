package dev.perdure.web.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perdure.engine.Engine;
import dev.perdure.engine.Health;
import dev.perdure.engine.InstalledWorkflow;
import dev.perdure.journal.StepPlan;
import dev.perdure.web.EngineGate.State;
import dev.perdure.web.WebServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes as a whole, workflows and health. */
class RoutesTest {

  private final TestEngine test = new TestEngine();
  private final WebServer server = WebServer.with().start();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT     | /api/runs      | GET, HEAD, POST",
        "DELETE  | /api/runs      | GET, HEAD, POST",
        "OPTIONS | /api/runs      | GET, HEAD, POST",
        "TRACE   | /api/runs      | GET, HEAD, POST",
        "BREW    | /api/runs      | GET, HEAD, POST",
        "POST    | /api/runs/x    | GET, HEAD",
        "DELETE  | /api/runs/x    | GET, HEAD",
        "GET     | /api/runs/x/cancel | POST",
        "PUT     | /api/runs/x/cancel | POST",
        "GET     | /api/runs/x/signals/go | POST",
        "DELETE  | /api/runs/x/signals/go | POST",
        "POST    | /api/runs/x/steps/0/log | GET, HEAD",
        "POST    | /api/workflows | GET, HEAD",
        "POST    | /health/live   | GET, HEAD",
        "POST    | /health/ready  | GET, HEAD",
        "OPTIONS | /other         | GET, HEAD, POST",
        "TRACE   | /health/live   | GET, HEAD, POST",
      })
  void otherMethodsAreToldWhichAreAllowed(String method, String path, String allowed) {
    var reply = server.send(method + " " + path, List.of(), "");
    assertEquals(405, reply.status());
    assertEquals(allowed, reply.header("Allow").orElseThrow());
    assertEquals("method-not-allowed", reply.code());
  }

  @Test
  void getChangesNothing() {
    server.gate.set(new State.Ready(test.engine));
    server.get("/api/runs");
    verify(test.engine, never()).startRun(any(), any(), any());
  }

  @Test
  void listsWorkflows() {
    server.gate.set(new State.Ready(test.engine));
    when(test.engine.workflows())
        .thenReturn(
            List.of(
                new InstalledWorkflow(
                    "nightly",
                    2,
                    "Sums up",
                    "{\"days\":1}",
                    List.of(new StepPlan("collect", 2, 30_000L), new StepPlan("write", 0, null)),
                    "0 2 * * *",
                    Instant.parse("2026-03-02T02:00:00Z")),
                new InstalledWorkflow("order", 1, "", "null", List.of(), null, null)));
    assertEquals(
        "{\"workflows\":[{\"name\":\"nightly\",\"description\":\"Sums up\",\"version\":2,"
            + "\"inputExample\":{\"days\":1},\"steps\":[{\"name\":\"collect\",\"maxRetries\":2,"
            + "\"timeoutMs\":30000},{\"name\":\"write\",\"maxRetries\":0,\"timeoutMs\":null}],"
            + "\"schedule\":{\"cron\":\"0 2 * * *\",\"nextAt\":\"2026-03-02T02:00:00.000Z\"}},"
            + "{\"name\":\"order\",\"description\":\"\",\"version\":1,\"inputExample\":null,"
            + "\"steps\":[],\"schedule\":null}]}",
        server.get("/api/workflows").body());
  }

  @Test
  void nextSlotThatPassesMakesWorkflowsNew() {
    server.gate.set(new State.Ready(test.engine));
    var next = server.clock.instant().plusSeconds(60);
    when(test.engine.workflows())
        .thenReturn(List.of(new InstalledWorkflow("n", 1, "", "{}", List.of(), "* * * * *", next)));
    var tag = "If-None-Match: " + server.get("/api/workflows").header("ETag").orElseThrow();
    assertEquals(304, server.get("/api/workflows", tag).status());
    server.clock.advance(Duration.ofSeconds(60));
    assertEquals(200, server.get("/api/workflows", tag).status());
  }

  @Test
  void engineThatIsNotReadyIsToldByCode() {
    assertUnavailable("starting");
    server.gate.set(new State.Standby("process 17 on host a"));
    assertUnavailable("standby");
    assertTrue(server.get("/api/runs").text("detail").contains("process 17 on host a"));
    server.gate.set(new State.Failed("/data/perdure.db is gone"));
    assertUnavailable("failed");
    assertTrue(!server.get("/api/runs").body().contains("perdure.db"));
    server.gate.set(new State.Stopped());
    assertUnavailable("stopping");
    server.gate.set(new State.Ready(test.engine));
    assertUnavailable("stopping");
  }

  @Test
  void readyWhenEngineIs() {
    server.gate.set(new State.Ready(test.engine));
    var ready = server.get("/health/ready");
    assertEquals(200, ready.status());
    assertEquals("{\"status\":\"ready\"}", ready.body());
    when(test.engine.health()).thenReturn(new Health(false, "zombies", "step charge of run 1"));
    var unready = server.get("/health/ready");
    assertEquals(503, unready.status());
    assertEquals("{\"status\":\"zombies\"}", unready.body());
  }

  @Test
  void liveWhateverTheEngineDoes() {
    var engine =
        mock(
            Engine.class,
            _ -> {
              throw new IllegalStateException("touched");
            });
    server.gate.set(new State.Ready(engine));
    var reply = server.get("/health/live");
    assertEquals(200, reply.status());
    assertEquals("{\"status\":\"ok\"}", reply.body());
  }

  private void assertUnavailable(String code) {
    for (var path : List.of("/api/workflows", "/api/runs", "/api/runs/" + TestEngine.ID)) {
      var reply = server.get(path);
      assertEquals(503, reply.status(), path);
      assertEquals(code, reply.code());
      assertTrue(Integer.parseInt(reply.header("Retry-After").orElseThrow()) > 0);
    }
    assertEquals(code, server.post("/api/runs", "{\"workflow\":\"order\"}").code());
    assertEquals("{\"status\":\"" + code + "\"}", server.get("/health/ready").body());
    assertEquals(503, server.get("/health/ready").status());
  }
}
