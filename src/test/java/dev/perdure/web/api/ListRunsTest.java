package dev.perdure.web.api;

import static dev.perdure.web.api.TestEngine.ID;
import static dev.perdure.web.api.TestEngine.OLDER;
import static dev.perdure.web.api.TestEngine.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunPage;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.journal.WaitingFor.Kind;
import dev.perdure.web.EngineGate.State;
import dev.perdure.web.HandClock;
import dev.perdure.web.WebServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListRunsTest {

  private final TestEngine test = new TestEngine();
  private final WebServer server = WebServer.with().start();

  @BeforeEach
  void installEngine() {
    server.gate.set(new State.Ready(test.engine));
    when(test.reader.runs(any(), anyInt(), any())).thenReturn(new RunPage(List.of(), null));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void shortAnswerLeavesWholeWithItsLength() {
    answer(new RunPage(List.of(run(Status.FAILED)), null));
    var reply = server.get("/api/runs");
    assertEquals(
        Integer.toString(reply.body().length()), reply.header("Content-Length").orElseThrow());
    assertTrue(reply.header("Transfer-Encoding").isEmpty());
  }

  @Test
  void longAnswerIsStreamed() {
    answer(new RunPage(Collections.nCopies(200, run(Status.FAILED)), null));
    var reply = server.get("/api/runs?limit=200");
    assertTrue(reply.header("Content-Length").isEmpty());
    assertEquals(200, reply.json().getAsJsonArray("runs").size());
  }

  @Test
  void showsEveryFieldOfRun() {
    answer(new RunPage(List.of(run(Status.FAILED)), null));
    assertEquals(
        "{\"runs\":[{\"runId\":\""
            + ID
            + "\",\"workflow\":\"order\",\"status\":\"failed\","
            + "\"reason\":{\"code\":\"step-failed\",\"message\":\"The step charge failed.\"},"
            + "\"waitingFor\":null,\"failingStep\":\"charge\","
            + "\"createdAt\":\"2026-03-01T11:59:00.000Z\","
            + "\"startedAt\":\"2026-03-01T11:59:00.005Z\","
            + "\"finishedAt\":\"2026-03-01T11:59:01.505Z\",\"durationMs\":1500,"
            + "\"ending\":null,\"deadline\":null,\"parent\":null}],"
            + "\"nextCursor\":null}",
        server.get("/api/runs").body());
  }

  @Test
  void pendingRunWaitsForSlot() {
    answer(new RunPage(List.of(run(Status.PENDING)), null));
    var shown = server.get("/api/runs").json().getAsJsonArray("runs").get(0).getAsJsonObject();
    assertEquals(
        "{\"kind\":\"slot\",\"name\":null,\"since\":\"2026-03-01T11:59:00.000Z\",\"until\":null}",
        shown.get("waitingFor").toString());
    assertTrue(shown.get("durationMs").isJsonNull());
  }

  @Test
  void runThatIsQueuedInMemoryWaitsForSlotSinceItWasDue() {
    var due = HandClock.START.minusSeconds(2);
    answer(new RunPage(List.of(run(Status.RUNNING, retryUntil(due))), null));
    when(test.engine.isQueued(ID)).thenReturn(true);
    var shown = server.get("/api/runs").json().getAsJsonArray("runs").get(0).getAsJsonObject();
    assertEquals(
        "{\"kind\":\"slot\",\"name\":null,\"since\":\"2026-03-01T11:59:58.000Z\",\"until\":null}",
        shown.get("waitingFor").toString());
  }

  @Test
  void handsFilterLimitAndCursorToJournal() {
    answer(new RunPage(List.of(run(Status.FAILED)), OLDER));
    var cursor = server.get("/api/runs").text("nextCursor");
    verify(test.reader).runs(RunFilter.ALL, 50, null);
    server.get("/api/runs?workflow=order&status=failed&limit=200&cursor=" + cursor);
    verify(test.reader).runs(new RunFilter("order", Status.FAILED), 200, OLDER);
  }

  @Test
  void emptyParametersAreNone() {
    assertEquals(200, server.get("/api/runs?workflow=&status=&limit=&cursor=").status());
    verify(test.reader).runs(RunFilter.ALL, 50, null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0            | bad-value         | limit    | from 1 to 200",
        "limit=201          | bad-value         | limit    | from 1 to 200",
        "limit=-1           | bad-value         | limit    | from 1 to 200",
        "limit=1e9          | bad-value         | limit    | from 1 to 200",
        "limit=99999999999  | bad-value         | limit    | from 1 to 200",
        "limit=5&limit=6    | bad-value         | limit    | given 2 times",
        "status=done        | bad-value         | status   | one of pending, running, completed, failed",
        "status=FAILED      | bad-value         | status   | one of",
        "status=%00         | bad-value         | status   | one of",
        "workflow=%27%20OR  | bad-value         | workflow | name of a workflow",
        "workflow=a%25      | bad-value         | workflow | name of a workflow",
        "cursor=abc         | bad-value         | cursor   | from the page before",
        "cursor=cjE         | bad-value         | cursor   | from the page before",
        "cursor=!           | bad-value         | cursor   | from the page before",
        "stauts=failed      | unknown-parameter | stauts   | Did you mean \"status\"",
        "q=x                | unknown-parameter | q        | There is no parameter",
        "limit=%            | malformed-query   |          | hex",
        "limit=%zz          | malformed-query   |          | hex",
        "status=%ff         | malformed-query   |          | UTF-8",
      })
  void saysWhatIsAllowed(String query, String code, String parameter, String detail) {
    var reply = server.get("/api/runs?" + query);
    assertEquals(400, reply.status(), reply.body());
    assertEquals(code, reply.code());
    assertEquals(parameter == null ? "" : parameter, reply.text("parameter"));
    assertTrue(reply.text("detail").contains(detail), reply.text("detail"));
    verify(test.reader, never()).runs(any(), anyInt(), any());
  }

  @Test
  void answersUnchangedStateWithoutQuery() {
    var first = server.get("/api/runs?status=failed");
    var tag = first.header("ETag").orElseThrow();
    assertTrue(tag.startsWith("W/\"boot1-7-"), tag);
    assertTrue(tag.contains("-test-build."), tag);
    var second = server.get("/api/runs?status=failed", "If-None-Match: " + tag);
    assertEquals(304, second.status());
    assertEquals("", second.body());
    assertEquals("no-store", second.header("Cache-Control").orElseThrow());
    verify(test.reader, times(1)).runs(any(), anyInt(), any());
  }

  @Test
  void answersAnewAfterCommitOtherFilterOrOtherBoot() {
    var tag = "If-None-Match: " + server.get("/api/runs").header("ETag").orElseThrow();
    assertEquals(304, server.get("/api/runs", tag).status());
    assertEquals(200, server.get("/api/runs?limit=49", tag).status());
    test.commitCount.incrementAndGet();
    assertEquals(200, server.get("/api/runs", tag).status());
    test.commitCount.decrementAndGet();
    when(test.engine.bootId()).thenReturn("boot2");
    assertEquals(200, server.get("/api/runs", tag).status());
  }

  @Test
  void whatFallsDueMakesTagOldWithoutCommit() {
    var due = HandClock.START.plusSeconds(3);
    answer(new RunPage(List.of(run(Status.RUNNING, retryUntil(due))), null));
    var tag = "If-None-Match: " + server.get("/api/runs").header("ETag").orElseThrow();
    server.clock.advance(Duration.ofMillis(2_999));
    assertEquals(304, server.get("/api/runs", tag).status());
    server.clock.advance(Duration.ofMillis(1));
    when(test.engine.isQueued(ID)).thenReturn(true);
    var later = server.get("/api/runs", tag);
    assertEquals(200, later.status());
    assertTrue(later.body().contains("\"slot\""), later.body());
  }

  @Test
  void queuedRunIsNeverAnsweredAsUnchanged() {
    answer(new RunPage(List.of(run(Status.RUNNING)), null));
    when(test.engine.isQueued(ID)).thenReturn(true);
    var tag = "If-None-Match: " + server.get("/api/runs").header("ETag").orElseThrow();
    assertEquals(200, server.get("/api/runs", tag).status());
  }

  @Test
  void understandsListsOfTagsAndTheSuffixOfCompression() {
    var tag = server.get("/api/runs").header("ETag").orElseThrow();
    var gzipped = tag.substring(0, tag.length() - 1) + "--gzip\"";
    assertEquals(304, server.get("/api/runs", "If-None-Match: \"x\", " + gzipped).status());
    assertEquals(200, server.get("/api/runs", "If-None-Match: \"x\"").status());
  }

  @Test
  void overloadedJournalIsToBeTriedAgain() {
    when(test.reader.runs(any(), anyInt(), any()))
        .thenThrow(new JournalException.Overloaded("slow"));
    var reply = server.get("/api/runs");
    assertEquals(503, reply.status());
    assertEquals("full", reply.code());
  }

  @Test
  void headAnswersLikeGetWithoutBody() {
    var reply = server.send("HEAD /api/runs", List.of(), "");
    assertEquals(200, reply.status());
    assertEquals("", reply.body());
    assertTrue(reply.header("ETag").isPresent());
  }

  private void answer(RunPage page) {
    when(test.reader.runs(any(), anyInt(), any())).thenReturn(page);
  }

  private static WaitingFor retryUntil(Instant due) {
    return new WaitingFor(Kind.RETRY, "charge", TestEngine.CREATED, due);
  }
}
