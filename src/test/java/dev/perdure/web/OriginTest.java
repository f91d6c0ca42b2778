package dev.perdure.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginTest {

  private static WebServer server;
  private static WebServer known;

  @BeforeAll
  static void startServers() {
    server = WebServer.with().servlet("/echo/*", new EchoServlet()).start();
    known =
        WebServer.with()
            .token("0123456789abcdef0123456789abcdef")
            .publicUrl("https://runs.example/")
            .servlet("/login", new EchoServlet())
            .start();
  }

  @AfterAll
  static void stopServers() {
    server.close();
    known.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                           | 200",
        "Sec-Fetch-Site: same-origin | 200",
        "Sec-Fetch-Site: none        | 200",
        "Sec-Fetch-Site: same-site   | 403",
        "Sec-Fetch-Site: cross-site  | 403",
        "Sec-Fetch-Site: SAME-ORIGIN | 403",
        "Origin: http://localhost:8080   | 200",
        "Origin: https://localhost:8080  | 200",
        "Origin: HTTP://LOCALHOST:8080   | 200",
        "Origin: http://localhost:9999   | 403",
        "Origin: http://localhost        | 403",
        "Origin: http://127.0.0.1:8080   | 403",
        "Origin: https://evil.example    | 403",
        "Origin: http://localhost:8080.evil.example | 403",
        "Origin: null                    | 403",
        "Origin:                         | 403",
        "Sec-Fetch-Site: cross-site,Origin: http://localhost:8080 | 403",
        "Sec-Fetch-Site: none,Sec-Fetch-Site: cross-site | 403",
        "Origin: http://localhost:8080,Origin: https://evil.example | 403",
      })
  void changesComeFromOurOwnPagesOrFromNoBrowser(String headers, int status) {
    for (var method : List.of("POST", "PUT", "DELETE")) {
      var all = new ArrayList<>(List.of("Host: localhost:8080"));
      if (headers != null) {
        all.addAll(List.of(headers.split(",", -1)));
      }
      var reply = server.send(method + " /echo", all, "");
      assertEquals(status, reply.status(), method);
      assertEquals(Optional.empty(), reply.header("Access-Control-Allow-Origin"));
    }
  }

  @Test
  void defaultPortIsLeftOutOfOrigins() {
    assertEquals(200, post("Host: localhost:80", "Origin: http://localhost").status());
    assertEquals(200, post("Host: localhost:443", "Origin: https://localhost").status());
    assertEquals(200, post("Host: localhost", "Origin: https://localhost").status());
    assertEquals(403, post("Host: localhost:443", "Origin: http://localhost").status());
  }

  @Test
  void readingIsNotRefused() {
    assertEquals(200, server.get("/echo", "Sec-Fetch-Site: cross-site").status());
    assertEquals(200, server.get("/echo", "Origin: https://evil.example").status());
  }

  @Test
  void preflightIsNotAnswered() {
    var reply =
        server.send(
            "OPTIONS /api/runs",
            List.of("Origin: https://evil.example", "Access-Control-Request-Method: POST"),
            "");
    assertEquals(403, reply.status());
    assertEquals(Optional.empty(), reply.header("Access-Control-Allow-Methods"));
  }

  @Test
  void publicUrlIsOurOriginToo() {
    var host = "Host: internal:8080";
    assertEquals(200, login(host, "Origin: https://runs.example"));
    assertEquals(403, login(host, "Origin: http://runs.example"));
    assertEquals(403, login(host, "Origin: https://runs.example:8443"));
    assertEquals(403, login(host, "Origin: https://evil.example"));
  }

  private static Wire.Reply post(String... headers) {
    return server.send("POST /echo", List.of(headers), "");
  }

  private static int login(String... headers) {
    return known.send("POST /login", List.of(headers), "").status();
  }
}
