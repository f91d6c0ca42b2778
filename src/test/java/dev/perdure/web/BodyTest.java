package dev.perdure.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyTest {

  private static final int LIMIT = 1 << 20;
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
  private WebServer server = WebServer.with().servlet("/echo/*", new EchoServlet()).start();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void takesBodiesUpToTheLimit() {
    assertEquals(LIMIT + " null", send("x".repeat(LIMIT)).body());
    assertEquals("0 null", send("").body());
    assertEquals("5 null", sendChunked("x".repeat(5)).body());
    assertEquals(LIMIT + " null", sendChunked("x".repeat(LIMIT)).body());
  }

  @Test
  void refusesLongerBodiesByTheirLength() {
    var reply = server.send("POST /echo", List.of("Content-Length: " + (LIMIT + 1)), "x");
    assertEquals(413, reply.status());
    assertEquals("body-too-large", reply.code());
    assertEquals(LIMIT, reply.json().get("limitBytes").getAsInt());
  }

  @Test
  void refusesLongerBodiesThatHideTheirLength() throws IOException {
    try (var wire = Wire.open(server.port())) {
      wire.send(head("Transfer-Encoding: chunked"));
      wire.send(chunk("x".repeat(LIMIT)) + chunk("x"));
      var reply = wire.reply();
      assertEquals(413, reply.status());
      assertEquals("close", reply.header("Connection").orElseThrow());
    }
  }

  @Test
  void whatAnyoneMaySendIsSmaller() {
    assertEquals(413, server.send("POST /login", List.of(), "x".repeat(20_000)).status());
  }

  @Test
  void bodyThatComesInPiecesIsPutTogether() throws IOException {
    try (var wire = Wire.open(server.port())) {
      wire.send(head("Content-Length: 6"));
      for (var piece : List.of("a", "bc", "def")) {
        wire.send(piece);
      }
      assertEquals("6 null", wire.reply().body());
    }
  }

  @Test
  void bodyThatDoesNotComeInTimeEndsTheRequest() throws IOException {
    restart(WebServer.with().bodyDeadline(Duration.ofMillis(300)));
    try (var wire = Wire.open(server.port())) {
      wire.send(head("Content-Length: 1000") + "x");
      var reply = wire.reply();
      assertEquals(408, reply.status());
      assertEquals("body-timeout", reply.code());
    }
  }

  @Test
  void clientCanNotMoveTheDeadlineBySendingOn() throws Exception {
    restart(WebServer.with().bodyDeadline(Duration.ofMillis(500)));
    var answered = new CountDownLatch(1);
    try (var wire = Wire.open(server.port())) {
      wire.send(head("Content-Length: 1000000"));
      var trickle = Thread.ofVirtual().start(() -> trickle(wire, answered));
      assertEquals(408, wire.reply().status());
      answered.countDown();
      assertTrue(trickle.join(Duration.ofSeconds(20)));
    }
  }

  @Test
  void slowBodiesHoldNoThread() throws IOException {
    restart(WebServer.with().threadsMax(6));
    var slow = new ArrayList<Wire>();
    try {
      for (int i = 0; i < 60; i++) {
        var wire = Wire.open(server.port());
        slow.add(wire);
        wire.send(head("Content-Length: 3") + "a");
      }
      assertEquals("4 null", send("fast").body());
      for (var wire : slow) {
        wire.send("bc");
        assertEquals("3 null", wire.reply().body());
      }
    } finally {
      for (var wire : slow) {
        wire.close();
      }
    }
  }

  @Test
  void clientThatGoesAwayLeavesTheServerWell() throws IOException {
    for (int i = 0; i < 20; i++) {
      try (var wire = Wire.open(server.port())) {
        wire.send(head("Content-Length: 1000") + "x");
      }
    }
    assertEquals("2 null", send("ok").body());
  }

  @Test
  void formsAreReadStrictly() {
    assertEquals("10 1 ü", form("/echo", "a=1+%C3%BC"));
    assertEquals("3 q", form("/echo?a=q", "a=f"));
    assertEquals("3 null", form("/echo", "b=1"));
    assertEquals("malformed-form", sendForm("/echo", "a=%zz").code());
    assertEquals("malformed-form", sendForm("/echo", "a=%ff").code());
    assertEquals("malformed-form", sendForm("/echo", "a&".repeat(1_001)).code());
    assertEquals("5 null", send("a=%zz").body());
  }

  @Test
  void bodiesOfGetAreNotRead() {
    assertEquals(200, server.send("GET /health/live", List.of(), "x").status());
    assertEquals(
        413, server.send("GET /health/live", List.of("Content-Length: 2000000"), "x").status());
  }

  @Test
  void clientThatAsksFirstIsToldToGoOn() throws IOException {
    try (var wire = Wire.open(server.port())) {
      wire.send(head("Content-Length: 2", "Expect: 100-continue"));
      wire.send("ab");
      var all = wire.reply();
      assertEquals(100, all.status());
      assertTrue(all.body().startsWith("HTTP/1.1 200 OK"), all.body());
    }
  }

  private void restart(WebServer.Builder wanted) {
    server.close();
    server = wanted.servlet("/echo/*", new EchoServlet()).start();
  }

  private Wire.Reply send(String body) {
    return server.send("POST /echo", List.of(), body);
  }

  private Wire.Reply sendChunked(String body) {
    return server.send(
        "POST /echo", List.of("Transfer-Encoding: chunked"), chunk(body) + "0\r\n\r\n");
  }

  private String form(String path, String form) {
    return sendForm(path, form).body();
  }

  private Wire.Reply sendForm(String path, String form) {
    return server.send("POST " + path, List.of(FORM), form);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static String head(String... headers) {
    return new String(Wire.request("POST /echo", List.of(headers), new byte[0]), UTF_8);
  }

  private static void trickle(Wire wire, CountDownLatch answered) {
    try {
      while (!answered.await(5, TimeUnit.MILLISECONDS)) {
        wire.send("x");
      }
    } catch (IOException e) {
      // The server has ended it, as it should.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
