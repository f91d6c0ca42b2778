package dev.perdure.web.api;

import static dev.perdure.web.api.TestEngine.ID;
import static dev.perdure.web.api.TestEngine.OLDER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perdure.engine.InvalidSignalException;
import dev.perdure.journal.Command.CancelResult;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.Ending;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.web.EngineGate.State;
import dev.perdure.web.WebServer;
import dev.perdure.web.Wire.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be asked of a run: to be cancelled, and to take a signal. */
class RunActionsTest {

  private static final String CANCEL = "/api/runs/" + ID + "/cancel";
  private static final String SIGNAL = "/api/runs/" + ID + "/signals/approval";
  private static final String JSON = "Content-Type: application/json";
  private static final int PAYLOAD_MAX = 64 << 10;
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
    when(test.engine.cancelRun(any()))
        .thenReturn(new CancelResult.Accepted(List.of(), 0, List.of(ID)));
    when(test.engine.signal(any(), any(), any(), any())).thenReturn(new SignalResult.Stored());
    server.gate.set(new State.Ready(test.engine));
  }

  @Test
  void runThatIsBeingCancelledIsAccepted() {
    var ending = "{\"runId\":\"" + ID + "\",\"status\":\"running\",\"ending\":\"cancelled\"}";
    assertEquals(ending, answered(202, cancel("")).body());
    answerCancel(new CancelResult.Accepted(List.of(OLDER), 1, List.of(ID)));
    assertEquals(ending, answered(202, cancel("{}")).body());
    answerCancel(new CancelResult.Accepted(List.of(), 0, List.of()));
    assertEquals(ending, answered(202, cancel("")).body());
    answerCancel(new CancelResult.AlreadyEnding(Ending.CANCELLED));
    assertEquals(ending, answered(202, cancel("")).body());
  }

  @Test
  void runThatIsCancelledIsDone() {
    var done = "{\"runId\":\"" + ID + "\",\"status\":\"cancelled\",\"ending\":null}";
    answerCancel(new CancelResult.Accepted(List.of(ID), 1, List.of()));
    assertEquals(done, answered(200, cancel("")).body());
    answerCancel(new CancelResult.RunEnded(Status.CANCELLED));
    assertEquals(done, answered(200, cancel("")).body());
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPLETED", "FAILED"})
  void runThatHasEndedOtherwiseSaysHow(Status status) {
    answerCancel(new CancelResult.RunEnded(status));
    var reply = refused(409, "run-ended", cancel(""));
    assertEquals(status.word(), reply.text("runStatus"));
    assertEquals(409, reply.json().get("status").getAsInt());
    when(test.engine.signal(any(), any(), any(), any()))
        .thenReturn(new SignalResult.RunEnded(status));
    assertEquals(status.word(), refused(409, "run-ended", signal("1")).text("runStatus"));
  }

  @ParameterizedTest
  @CsvSource({"FAILED, failed", "TIMED_OUT, timed-out"})
  void runThatEndsOtherwiseCanNotBeCancelled(Ending ending, String word) {
    answerCancel(new CancelResult.AlreadyEnding(ending));
    assertEquals(word, refused(409, "run-ending", cancel("")).text("ending"));
  }

  @Test
  void unknownRunsAreNotFound() {
    answerCancel(new CancelResult.NoSuchRun());
    refused(404, "run-not-found", cancel(""));
    when(test.engine.signal(any(), any(), any(), any())).thenReturn(new SignalResult.NoSuchRun());
    refused(404, "run-not-found", signal("1"));
    refused(404, "run-not-found", server.post("/api/runs/nope/cancel", ""));
    refused(404, "run-not-found", server.post("/api/runs/nope/signals/go", ""));
  }

  @Test
  void cancellingTakesNothingElse() {
    refused(400, "unknown-field", cancel("{\"why\":1}"));
    refused(400, "wrong-type", cancel("[]"));
    refused(400, "malformed-json", cancel("{"));
    refused(400, "unknown-parameter", server.post(CANCEL + "?force=1", ""));
    verify(test.engine, never()).cancelRun(any());
  }

  @Test
  void newSignalIsCreatedAndKnownOneIsNot() {
    var stored = answered(201, signal("{ \"by\": \"ann\", \"n\": 1.10 }"));
    assertEquals(
        "{\"runId\":\"" + ID + "\",\"signal\":\"approval\",\"duplicate\":false}", stored.body());
    verify(test.engine).signal(ID, "approval", null, "{\"by\":\"ann\",\"n\":1.10}");
    when(test.engine.signal(ID, "approval", "k 1", "7")).thenReturn(new SignalResult.Known());
    var known = answered(200, signal("7", "Idempotency-Key: k 1"));
    assertTrue(known.json().get("duplicate").getAsBoolean());
  }

  @Test
  void signalWithoutBodyHasNoPayload() {
    answered(201, server.send("POST " + SIGNAL, List.of(), ""));
    answered(201, server.send("POST " + SIGNAL, List.of(JSON), " \n"));
    verify(test.engine, times(2)).signal(ID, "approval", null, null);
  }

  @Test
  void nameOfSignalIsDecoded() {
    server.post("/api/runs/" + ID + "/signals/a%20b", "1");
    verify(test.engine).signal(ID, "a b", null, "1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"a\":2} | duplicate-field",
        "{'a':1}             | malformed-json",
        "1 2                 | malformed-json",
        "1e99999             | bad-number",
      })
  void payloadIsStrictJson(String body, String code) {
    refused(400, code, signal(body));
    verify(test.engine, never()).signal(any(), any(), any(), any());
  }

  @Test
  void bodiesOfOtherTypesAreRefused() {
    for (var path : List.of(CANCEL, SIGNAL)) {
      var text = List.of("Content-Type: text/plain");
      refused(415, "unsupported-media-type", server.send("POST " + path, text, "{}"));
      refused(415, "unsupported-media-type", server.send("POST " + path, text, ""));
      refused(415, "unsupported-media-type", server.send("POST " + path, List.of(), "{}"));
    }
    refused(400, "bad-idempotency-key", signal("1", "Idempotency-Key: "));
  }

  @Test
  void payloadIsBounded() {
    answered(201, signal("\"" + "x".repeat(PAYLOAD_MAX - 2) + "\""));
    var reply = refused(413, "body-too-large", signal("\"" + "x".repeat(PAYLOAD_MAX - 1) + "\""));
    assertEquals(PAYLOAD_MAX, reply.json().get("limitBytes").getAsInt());
  }

  @Test
  void refusalsOfTheEngineAreTold() {
    when(test.engine.signal(any(), any(), any(), any())).thenReturn(new SignalResult.InboxFull());
    refused(409, "signals-full", signal("1"));
    when(test.engine.signal(any(), any(), any(), any()))
        .thenThrow(new InvalidSignalException("A signal has a shorter name."));
    assertEquals(
        "A signal has a shorter name.", refused(422, "invalid-signal", signal("1")).text("detail"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/runs/x/retry",
        "/api/runs/x/cancel/",
        "/api/runs/x/cancel/y",
        "/api/runs/x/signals",
        "/api/runs/x/signals/",
        "/api/runs/x/signals/a/b",
        "/api/runs/x/steps/0/cancel"
      })
  void otherPathsAreNothing(String path) {
    refused(404, "not-found", server.post(path, "{}"));
    refused(404, "not-found", server.get(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/cancel", "/signals/approval"})
  void protectedLikeEveryOtherRoute(String part) {
    var path = "/api/runs/" + ID + part;
    refused(403, "cross-site", server.post(path, "", "Sec-Fetch-Site: cross-site"));
    refused(403, "cross-site", server.post(path, "", "Origin: https://evil.example"));
    refused(421, "misdirected-host", server.post(path, "", "Host: evil.example"));
    try (var guarded = WebServer.with().token("0123456789abcdef0123456789abcdef").start()) {
      refused(401, "unauthorized", guarded.post(path, ""));
      var bearer = "Authorization: Bearer 0123456789abcdef0123456789abcdef";
      refused(503, "starting", guarded.post(path, "", bearer));
      guarded.gate.set(new State.Standby("process 17"));
      refused(503, "standby", guarded.post(path, "", bearer));
    }
    verify(test.engine, never()).cancelRun(any());
    verify(test.engine, never()).signal(any(RunId.class), any(), any(), any());
  }

  private void answerCancel(CancelResult result) {
    when(test.engine.cancelRun(ID)).thenReturn(result);
  }

  private static Reply cancel(String body) {
    return server.send("POST " + CANCEL, body.isEmpty() ? List.of() : List.of(JSON), body);
  }

  private static Reply signal(String body, String... headers) {
    return server.post(SIGNAL, body, headers);
  }

  private static Reply answered(int status, Reply reply) {
    assertEquals(status, reply.status(), reply.body());
    return reply;
  }

  private static Reply refused(int status, String code, Reply reply) {
    assertEquals(code, answered(status, reply).code());
    assertEquals("application/problem+json", reply.header("Content-Type").orElseThrow());
    return reply;
  }
}
