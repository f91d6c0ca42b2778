package dev.perdure.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static WebServer open;
  private static WebServer guarded;

  @BeforeAll
  static void startServers() {
    open = WebServer.with().start();
    guarded = WebServer.with().token(TOKEN).start();
  }

  @AfterAll
  static void stopServers() {
    open.close();
    guarded.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:65535"})
  void loopbackNamesAreLetIn(String host) {
    assertEquals(200, open.get("/health/live", "Host: " + host).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "localhost.",
        "localhost.evil.example",
        "127.0.0.1.",
        "127.0.0.2",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "[::]",
        "[::ffff:127.0.0.1]"
      })
  void otherNamesAreNotOurs(String host) {
    for (var path : List.of("/health/live", "/api/runs", "/assets/x.css", "/")) {
      var reply = open.get(path, "Host: " + host);
      assertEquals(421, reply.status(), path);
      assertEquals("misdirected-host", reply.code());
    }
    assertEquals(200, guarded.get("/health/live", "Host: " + host).status());
  }

  @Test
  void hostIsNeededOnce() {
    assertEquals(400, open.get("/health/live", "Host:").status());
    assertEquals(400, open.get("/health/live", "Host: localhost", "Host: localhost").status());
    assertEquals(400, open.get("/health/live", "Host: localhost:x").status());
  }

  @Test
  void absoluteUrlOfAnotherNameIsRefused() {
    int status = open.send("GET http://evil.example/api/runs", List.of(), "").status();
    assertTrue(status == 400 || status == 421, "status " + status);
  }

  @Test
  void forwardedHostCountsForNothing() {
    assertEquals(
        421,
        open.get("/health/live", "Host: evil.example", "X-Forwarded-Host: localhost").status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1", "::1%lo"})
  void requestsOfThisMachineAreLetIn(String address) {
    new HostRules(true).check(from(address));
  }

  @Test
  void whoWasLetInOpensTheDoorForNobodyElse() {
    var rules = new HostRules(true);
    var ours = from("127.0.0.1");
    rules.check(ours);
    rules.check(ours);
    for (var other :
        List.of(
            from("10.0.0.1"),
            from(List.of("evil.example"), "localhost", "127.0.0.1"),
            from(List.of("localhost"), "evil.example", "127.0.0.1"),
            from(List.of("localhost", "localhost"), "localhost", "127.0.0.1"))) {
      assertThrows(ProblemException.class, () -> rules.check(other));
      rules.check(ours);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.1", "0.0.0.0", "fe80::1%eth0", "::ffff:10.0.0.1", "", "localhost"})
  void requestsOfOtherMachinesAreRefusedWithoutToken(String address) {
    var request = from(address);
    var thrown = assertThrows(ProblemException.class, () -> new HostRules(true).check(request));
    assertEquals(ProblemCode.NOT_LOCAL, thrown.problem().code());
    new HostRules(false).check(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/..;/runs",
        "/api/runs;a=b",
        "/api//runs",
        "//api/runs",
        "/api/../api/runs",
        "/api/./runs",
        "/api/..",
        "/api/%2e%2e/runs",
        "/api/%2E/runs",
        "/api%2fruns",
        "/api%2Fruns",
        "/api/%00",
        "/api/%5cruns",
        "/api\\runs",
        "/api/%252e",
        "/api/%3bx",
        "/api/%",
        "/api/%4",
        "/api/%zz",
        "/api/%0d%0aX:y"
      })
  void ambiguousUrlsAreRefused(String path) {
    assertEquals(400, open.get(path).status());
    assertEquals(400, guarded.get(path).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a;b", "/a//b", "/a/../b", "/a/./b", "/a/.", "/a/..", "/%2e", "/%2F", "/%5C", "/%00",
        "/a\\b", "/%25", "/%", "/%1", "/a b", "/ü", "a", "", "*"
      })
  void rulesRefuseWhatContainersMayLetThrough(String path) {
    assertThrows(ProblemException.class, () -> UrlRules.check(path, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/a.b", "/a..b", "/...", "/a/b-c_d~", "/a%20b", "/a/", "/app%23%232"})
  void rulesLetPlainPathsThrough(String path) {
    UrlRules.check(path, "x=%C3%BC&y=+&z");
  }

  @Test
  void tokensInQueriesAreRefused() {
    for (var query : List.of("token=" + TOKEN, "a=1&access_token=x", "TOKEN=x", "%74oken=x")) {
      var reply = guarded.get("/api/runs?" + query);
      assertEquals(400, reply.status(), query);
      assertEquals("token-in-query", reply.code());
    }
  }

  private static HttpServletRequest from(String address) {
    return from(List.of("localhost"), "localhost", address);
  }

  private static HttpServletRequest from(List<String> hosts, String serverName, String address) {
    var request = mock(HttpServletRequest.class);
    when(request.getHeaders("Host")).thenAnswer(_ -> Collections.enumeration(hosts));
    when(request.getServerName()).thenReturn(serverName);
    when(request.getRemoteAddr()).thenReturn(address);
    return request;
  }
}
