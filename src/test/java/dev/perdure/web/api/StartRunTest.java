package dev.perdure.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perdure.engine.StartException;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.JournalException;
import dev.perdure.web.EngineGate.State;
import dev.perdure.web.WebServer;
import dev.perdure.web.Wire;
import dev.perdure.web.Wire.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartRunTest {

  private static WebServer server;
  private TestEngine test;

  @BeforeAll
  static void startServer() {
    server = WebServer.with().start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void installEngine() {
    test = new TestEngine();
    when(test.engine.startRun(any(), any(), any()))
        .thenReturn(new StartResult.Started(TestEngine.ID));
    server.gate.set(new State.Ready(test.engine));
  }

  @Test
  void answersNewRunWithIdAndLocation() {
    var reply = post("{\"workflow\":\"order\",\"input\":{\"amount\":1}}");
    assertEquals(201, reply.status());
    assertEquals("{\"runId\":\"" + TestEngine.ID + "\"}", reply.body());
    assertEquals("/api/runs/" + TestEngine.ID, reply.header("Location").orElseThrow());
    verify(test.engine).startRun("order", "{\"amount\":1}", null);
  }

  @Test
  void locationHasContextPath() {
    try (var nested = WebServer.with().contextPath("/deep/er").start()) {
      nested.gate.set(new State.Ready(test.engine));
      var reply = nested.post("/deep/er/api/runs", "{\"workflow\":\"order\"}");
      assertEquals("/deep/er/api/runs/" + TestEngine.ID, reply.header("Location").orElseThrow());
    }
  }

  @Test
  void answersKnownKeyWithItsRun() {
    when(test.engine.startRun("order", null, "key 1"))
        .thenReturn(new StartResult.Existing(TestEngine.OLDER));
    var reply = post("{\"workflow\":\"order\"}", "Idempotency-Key: key 1");
    assertEquals(200, reply.status());
    assertEquals(TestEngine.OLDER.toString(), reply.text("runId"));
    assertEquals(Optional.empty(), reply.header("Location"));
  }

  @Test
  void missingInputIsNoInputAndNullIsNull() {
    post("{\"workflow\":\"order\"}");
    verify(test.engine).startRun("order", null, null);
    post("{\"workflow\":\"order\",\"input\":null}");
    verify(test.engine).startRun("order", "null", null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\""
      })
  void takesJsonInUtf8(String type) {
    assertEquals(201, postAs(type).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=iso-8859-1",
        "application/jsonp",
        "application/json, text/plain",
        ""
      })
  void refusesOtherTypes(String type) {
    var reply = postAs(type);
    assertEquals(415, reply.status());
    assertEquals("unsupported-media-type", reply.code());
    verify(test.engine, never()).startRun(any(), any(), any());
  }

  @Test
  void refusesCompressedBodies() {
    assertEquals(415, post("{\"workflow\":\"order\"}", "Content-Encoding: gzip").status());
  }

  @Test
  void refusesUnlawfulKeys() {
    for (var key : List.of("", "x".repeat(201), "gr\u00fcn", "a\tb")) {
      var reply = post("{\"workflow\":\"order\"}", "Idempotency-Key: " + key);
      assertEquals(400, reply.status(), key);
      assertEquals("bad-idempotency-key", reply.code());
    }
    var twice = post("{\"workflow\":\"order\"}", "Idempotency-Key: a", "Idempotency-Key: b");
    assertEquals(400, twice.status());
    assertEquals(
        201, post("{\"workflow\":\"order\"}", "Idempotency-Key: " + "x".repeat(200)).status());
  }

  @Test
  void refusesParameters() {
    var reply = server.post("/api/runs?wait=1", "{\"workflow\":\"order\"}");
    assertEquals("unknown-parameter", reply.code());
  }

  @Test
  void unknownWorkflowSaysTheNearest() {
    var thrown = mock(StartException.UnknownWorkflow.class);
    when(thrown.getMessage()).thenReturn("There is no workflow named \"ordr\".");
    when(thrown.nearest()).thenReturn(Optional.of("order"));
    var reply = postFailing(thrown);
    assertEquals(404, reply.status());
    assertEquals("unknown-workflow", reply.code());
    assertEquals("order", reply.text("nearest"));
  }

  @Test
  void invalidInputSaysWhereInTheBody() {
    var thrown = mock(StartException.InvalidInput.class);
    when(thrown.getMessage()).thenReturn("A number is needed.");
    when(thrown.path()).thenReturn("$.lines[0].count");
    var reply = postFailing(thrown);
    assertEquals(422, reply.status());
    assertEquals("invalid-input", reply.code());
    assertEquals("$.input.lines[0].count", reply.text("path"));
  }

  @Test
  void reusedKeySaysWhoseItIs() {
    var thrown = mock(StartException.KeyReused.class);
    when(thrown.getMessage()).thenReturn("This key was used.");
    when(thrown.runId()).thenReturn(TestEngine.OLDER);
    var reply = postFailing(thrown);
    assertEquals(422, reply.status());
    assertEquals("key-reused", reply.code());
    assertEquals(TestEngine.OLDER.toString(), reply.text("runId"));
  }

  @Test
  void fullIsToBeTriedAgain() {
    assertRetryable("full", postFailing(mock(StartException.Full.class)));
    assertRetryable("not-accepting", postFailing(mock(StartException.NotAccepting.class)));
    assertRetryable(
        "disk-full", postFailing(new JournalException.Full("secret path", new IOException())));
    assertRetryable("full", postFailing(new JournalException.Overloaded("too much")));
    assertRetryable("stopping", postFailing(new JournalException.Closed()));
    assertRetryable(
        "standby", postFailing(new JournalException.Owned("x", "process 17 on host a")));
  }

  @Test
  void failedJournalLeavesOpenWhetherTheRunIsStored() {
    var reply = postFailing(new JournalException.Failed("/data/perdure.db: I/O error"));
    assertEquals(500, reply.status());
    assertEquals("journal-failed", reply.code());
    assertTrue(reply.text("detail").contains("Idempotency-Key"));
    assertFalse(reply.body().contains("perdure.db"));
  }

  @Test
  void unexpectedErrorSaysNothingButItsRequestId() {
    var reply = postFailing(new IllegalStateException("SELECT secret FROM /etc/passwd"));
    assertEquals(500, reply.status());
    assertEquals("internal", reply.code());
    assertEquals(reply.header("X-Request-Id").orElseThrow(), reply.text("requestId"));
    assertFalse(reply.body().contains("secret"), reply.body());
    assertFalse(reply.body().contains("Exception"), reply.body());
  }

  @Test
  void errorsAreProblems() {
    var reply = post("{}");
    assertEquals("application/problem+json", reply.header("Content-Type").orElseThrow());
    assertEquals("urn:perdure:problem:missing-field", reply.text("type"));
    assertEquals("A field is missing", reply.text("title"));
    assertEquals(400, reply.json().get("status").getAsInt());
  }

  private static void assertRetryable(String code, Reply reply) {
    assertEquals(503, reply.status());
    assertEquals(code, reply.code());
    assertTrue(Integer.parseInt(reply.header("Retry-After").orElseThrow()) > 0);
    assertFalse(reply.body().contains("secret"));
  }

  private Reply postFailing(RuntimeException thrown) {
    when(test.engine.startRun(any(), any(), any())).thenThrow(thrown);
    var reply = post("{\"workflow\":\"ordr\"}");
    installEngine();
    return reply;
  }

  private static Reply post(String body, String... headers) {
    return server.post("/api/runs", body, headers);
  }

  private static Reply postAs(String type) {
    var headers = type.isEmpty() ? List.<String>of() : List.of("Content-Type: " + type);
    var body = "{\"workflow\":\"order\"}".getBytes(UTF_8);
    return Wire.exchange(server.port(), Wire.request("POST /api/runs", headers, body));
  }
}
