package dev.perdure.web.api;

import static dev.perdure.web.api.TestEngine.ID;
import static dev.perdure.web.api.TestEngine.detail;
import static dev.perdure.web.api.TestEngine.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import dev.perdure.web.EngineGate.State;
import dev.perdure.web.HandClock;
import dev.perdure.web.WebServer;
import dev.perdure.web.Wire;
import dev.perdure.web.Wire.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitForRunTest {

  private static final String PATH = "/api/runs/" + ID;
  private final TestEngine test = new TestEngine();
  private final WebServer server = WebServer.with().threadsMax(6).start();

  @BeforeEach
  void installEngine() {
    show(Status.RUNNING);
    server.gate.set(new State.Ready(test.engine));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void answersWhenRunChanges() throws Exception {
    var change = test.expectWait();
    try (var wire = Wire.open(server.port())) {
      askAndAwaitRegistration(wire, "?wait=60");
      show(Status.COMPLETED);
      test.commitCount.incrementAndGet();
      change.complete(true);
      var reply = wire.reply();
      assertEquals(200, reply.status());
      assertEquals("completed", reply.text("status"));
    }
  }

  @Test
  void answersPresentStateWhenTimeIsUp() throws Exception {
    var change = test.expectWait();
    try (var wire = Wire.open(server.port())) {
      askAndAwaitRegistration(wire, "?wait=1");
      change.complete(false);
      assertEquals("running", wire.reply().text("status"));
    }
  }

  @Test
  void clientThatKnowsTheStateGets304WhenNothingChanges() throws Exception {
    test.expectWait().complete(false);
    var known = server.get(PATH + "?wait=30").header("ETag").orElseThrow();
    test.expectWait().complete(false);
    assertEquals(304, server.get(PATH + "?wait=30", "If-None-Match: " + known).status());
  }

  /** What it knows it has from a look without waiting. */
  @ParameterizedTest
  @ValueSource(strings = {"?wait=30", "?wait=30&until=change", "?until=change&wait=30"})
  void clientThatHasLookedWaitsForWhatComesNext(String query) throws Exception {
    var known = server.get(PATH).header("ETag").orElseThrow();
    var change = test.expectWait();
    try (var wire = Wire.open(server.port())) {
      askAndAwaitRegistration(wire, query, "If-None-Match: " + known);
      change.complete(false);
      assertEquals(304, wire.reply().status());
    }
  }

  @Test
  void aPageOfStepsIsNotTakenForAnother() {
    var known = server.get(PATH).header("ETag").orElseThrow();
    var cursor = Cursors.ofSteps(StepPage.From.START);
    var page = PATH + "?wait=30&stepsCursor=" + cursor;
    assertEquals(200, server.get(page, "If-None-Match: " + known).status());
  }

  /** The wall clock was set forward; the run sleeps by the other one. */
  @Test
  void runThatWaitsBeyondWhatTheClockShowsIsWaitedForAllTheSame() {
    var until = HandClock.START.minusSeconds(60);
    var nap = new WaitingFor(WaitingFor.Kind.TIMER, "nap", until.minusSeconds(9), until);
    var sleeping = run(Status.RUNNING, nap);
    when(test.reader.status(ID)).thenReturn(Optional.of(Status.RUNNING));
    when(test.reader.detail(any(), anyInt(), anyInt(), anyInt()))
        .thenReturn(Optional.of(detail(sleeping, List.of(), List.of())));
    test.expectWait().complete(false);
    var known = server.get(PATH + "?wait=30").header("ETag").orElseThrow();
    test.expectWait().complete(false);
    assertEquals(304, server.get(PATH + "?wait=30", "If-None-Match: " + known).status());
  }

  /** It gets its place without a commit, so what is said of it holds for a moment only. */
  @Test
  void queuedRunIsWaitedFor() {
    when(test.engine.isQueued(ID)).thenReturn(true);
    test.expectWait().complete(false);
    var known = "If-None-Match: " + server.get(PATH + "?wait=30").header("ETag").orElseThrow();
    test.expectWait().complete(false);
    assertEquals(304, server.get(PATH + "?wait=30", known).status());
    server.clock.advance(Duration.ofSeconds(1));
    assertEquals(200, server.get(PATH + "?wait=30", known).status());
  }

  @Test
  void whoWaitsForTheEndIsAnsweredByIt() throws Exception {
    var end = test.expectWaitForEnd();
    try (var wire = Wire.open(server.port())) {
      askAndAwaitRegistration(wire, "?wait=60&until=end");
      show(Status.COMPLETED);
      test.commitCount.incrementAndGet();
      end.complete(true);
      assertEquals("completed", wire.reply().text("status"));
    }
    verify(test.commits(), never()).nextChangeOf(any(), any());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"COMPLETED", "FAILED", "CANCELLED", "BLOCKED"})
  void whoWaitsForTheEndOfWhatGoesNoFurtherIsAnsweredAtOnce(Status status) {
    show(status);
    var end = test.expectWaitForEnd();
    assertEquals(status.word(), server.get(PATH + "?wait=60&until=end").text("status"));
    assertTrue(end.isDone());
  }

  @Test
  void whoWaitsForTheEndNeedNotKnowThePresentState() throws Exception {
    var end = test.expectWaitForEnd();
    try (var wire = Wire.open(server.port())) {
      askAndAwaitRegistration(wire, "?wait=60&until=end", "If-None-Match: W/\"old\"");
      assertFalse(end.isDone());
      end.complete(false);
      assertEquals("running", wire.reply().text("status"));
    }
  }

  @Test
  void whatElseCouldBeWaitedForIsSaid() {
    var reply = server.get(PATH + "?wait=1&until=ended");
    assertEquals(400, reply.status());
    assertEquals("bad-value", reply.code());
    assertTrue(reply.text("detail").contains("change or end"));
  }

  @Test
  void clientThatKnowsAnotherStateIsAnsweredAtOnce() {
    var change = test.expectWait();
    assertEquals(200, server.get(PATH + "?wait=60", "If-None-Match: W/\"old\"").status());
    assertTrue(change.isDone());
  }

  @Test
  void runThatHasEndedIsAnsweredAtOnce() {
    show(Status.FAILED);
    var change = test.expectWait();
    assertEquals("failed", server.get(PATH + "?wait=60").text("status"));
    assertTrue(change.isDone());
  }

  @Test
  void unknownRunIsAnsweredAtOnce() {
    when(test.reader.status(ID)).thenReturn(Optional.empty());
    when(test.reader.detail(any(), anyInt(), anyInt(), anyInt())).thenReturn(Optional.empty());
    var _ = test.expectWait();
    assertEquals(404, server.get(PATH + "?wait=60").status());
  }

  @Test
  void listensForChangesBeforeItReads() {
    test.expectWait().complete(true);
    server.get(PATH + "?wait=7");
    var order = inOrder(test.commits(), test.reader);
    order.verify(test.commits()).nextChangeOf(ID, Duration.ofSeconds(7));
    order.verify(test.reader).status(ID);
    order.verify(test.reader).detail(any(), anyInt(), anyInt(), anyInt());
  }

  @Test
  void waitingHoldsNoThread() throws Exception {
    var change = test.expectWait();
    var wires = new ArrayList<Wire>();
    try {
      for (int i = 0; i < 40; i++) {
        var wire = Wire.open(server.port());
        wires.add(wire);
        askAndAwaitRegistration(wire, "?wait=60");
      }
      assertEquals(200, server.get("/health/live").status());
      change.complete(true);
      for (var wire : wires) {
        assertEquals(200, wire.reply().status());
      }
    } finally {
      for (var wire : wires) {
        wire.close();
      }
    }
  }

  @Test
  void endsWhenEngineGoesAway() throws Exception {
    var _ = test.expectWait();
    try (var wire = Wire.open(server.port())) {
      askAndAwaitRegistration(wire, "?wait=60");
      server.gate.set(new State.Stopped());
      Reply reply = wire.reply();
      assertEquals(503, reply.status());
      assertEquals("stopping", reply.code());
    }
  }

  @Test
  void failureWhileReadingEndsTheWait() {
    CompletableFuture<Boolean> change = test.expectWait();
    when(test.reader.status(ID)).thenThrow(new IllegalStateException("boom"));
    assertEquals(500, server.get(PATH + "?wait=60").status());
    assertTrue(change.isDone());
  }

  private void askAndAwaitRegistration(Wire wire, String query, String... headers)
      throws Exception {
    var read = new CountDownLatch(1);
    when(test.reader.status(ID))
        .thenAnswer(_ -> {
          read.countDown();
          return Optional.of(Status.RUNNING);
        });
    wire.send(Wire.request("GET " + PATH + query, List.of(headers), new byte[0]));
    assertTrue(read.await(20, TimeUnit.SECONDS));
  }

  private void show(Status status) {
    when(test.reader.status(ID)).thenReturn(Optional.of(status));
    when(test.reader.detail(any(), anyInt(), anyInt(), anyInt()))
        .thenReturn(Optional.of(detail(run(status), List.of(), List.of())));
  }
}
