package dev.perdure.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.web.EngineGate.State;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeTest {

  private static final List<String> BROWSER =
      List.of("Accept: text/html,application/xhtml+xml", "Sec-Fetch-Mode: navigate");
  private static WebServer server;

  @BeforeAll
  static void startServer() {
    server = WebServer.with().servlet("/echo/*", new EchoServlet()).start();
    server.gate.set(new State.Failed("nothing is needed here"));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/live",
        "/api/runs",
        "/api/nope",
        "/echo",
        "/echo/missing",
        "/echo/broken",
        "/nothing-is-mapped-here"
      })
  void everyAnswerHasTheHeaders(String path) {
    var reply = server.get(path);
    assertEquals(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
            + " 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        reply.header("Content-Security-Policy").orElseThrow());
    assertEquals("nosniff", reply.header("X-Content-Type-Options").orElseThrow());
    assertEquals("DENY", reply.header("X-Frame-Options").orElseThrow());
    assertEquals("no-referrer", reply.header("Referrer-Policy").orElseThrow());
    assertEquals("same-origin", reply.header("Cross-Origin-Opener-Policy").orElseThrow());
    assertEquals("same-origin", reply.header("Cross-Origin-Resource-Policy").orElseThrow());
    assertEquals("no-store", reply.header("Cache-Control").orElseThrow());
    assertTrue(reply.header("X-Request-Id").orElseThrow().length() == 17);
    assertEquals(Optional.empty(), reply.header("Server"));
    assertEquals(Optional.empty(), reply.header("Access-Control-Allow-Origin"));
  }

  @Test
  void containersErrorsAreOurs() {
    var missing = server.get("/echo/missing");
    assertEquals(404, missing.status());
    assertEquals("not-found", missing.code());
    var page = server.send("GET /echo/missing", BROWSER, "");
    assertEquals(404, page.status());
    assertTrue(page.header("Content-Type").orElseThrow().startsWith("text/html"));
    assertFalse(page.body().toLowerCase(Locale.ROOT).contains("jetty"), page.body());
  }

  @Test
  void unexpectedErrorIsLoggedOnceWithItsRequestIdAndNotTold() {
    var logged = new CopyOnWriteArrayList<String>();
    var logger = Logger.getLogger("dev.perdure.web");
    var handler = collector(logged);
    logger.addHandler(handler);
    try {
      var reply = server.get("/echo/broken");
      assertEquals(500, reply.status());
      assertFalse(reply.body().contains("secret-detail"), reply.body());
      var mine = logged.stream().filter(line -> line.contains(reply.text("requestId"))).toList();
      assertEquals(1, mine.size());
      assertTrue(mine.getFirst().contains("secret-detail"), mine.getFirst());
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void brokenPageSaysNothingEither() {
    var page = server.send("GET /echo/broken", BROWSER, "");
    assertEquals(500, page.status());
    assertFalse(page.body().contains("secret-detail"), page.body());
    assertTrue(page.body().contains(page.header("X-Request-Id").orElseThrow()), page.body());
  }

  @Test
  void answerThatBreaksOffIsSeenToBreakOff() {
    var reply = server.get("/echo/half");
    assertEquals(200, reply.status());
    assertFalse(reply.body().contains("secret-detail"));
  }

  @Test
  void requestIdsDiffer() {
    assertNotEquals(
        server.get("/health/live").header("X-Request-Id"),
        server.get("/health/live").header("X-Request-Id"));
  }

  @Test
  void textFromOutsideIsEscapedInAnswers() {
    try (var standby = WebServer.with().start()) {
      standby.gate.set(new State.Standby("<script>alert(1)</script>"));
      var reply = standby.get("/api/runs");
      assertEquals("standby", reply.code());
      assertFalse(reply.body().contains("<script>"), reply.body());
      assertTrue(reply.text("detail").contains("<script>"), reply.body());
    }
  }

  private static Handler collector(List<String> logged) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        logged.add(record.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
