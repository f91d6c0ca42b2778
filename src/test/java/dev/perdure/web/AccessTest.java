package dev.perdure.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.web.Access.Outcome;
import dev.perdure.web.Wire.Reply;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

  private static final String TOKEN = "s3cret-0123456789-abcdef";
  private static final String BEARER = "Authorization: Bearer " + TOKEN;
  private static final String PAGE = "Accept: text/html";
  private final WebServer server = start(WebServer.with());

  /** Signs in and out, as the login page does. */
  private static final class SignIn extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private transient @Nullable Access access;

    private Access access() {
      return Objects.requireNonNull(access, "access");
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      var link = request.getParameter("link");
      say(response, access().signInByLink(request, response, link == null ? "" : link));
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getParameter("out") != null) {
        access().signOut(request, response);
      } else {
        say(response, access().signIn(request, response, request.getParameter("secret")));
      }
    }

    private static void say(HttpServletResponse response, Outcome outcome) throws IOException {
      response.getWriter().write(outcome.getClass().getSimpleName());
    }
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Authorization:",
        "Authorization: Bearer",
        "Authorization: Bearer ",
        "Authorization: Bearer wrong",
        "Authorization: Bearer s3cret-0123456789-abcde",
        "Authorization: Bearer s3cret-0123456789-abcdefg",
        "Authorization: Bearer S3CRET-0123456789-ABCDEF",
        "Authorization: Bearer  s3cret-0123456789-abcdef",
        "Authorization: Basic czNjcmV0LTAxMjM0NTY3ODktYWJjZGVm",
        "Authorization: s3cret-0123456789-abcdef",
        "Cookie: perdure-sid=s3cret-0123456789-abcdef",
        "Cookie: perdure-sid=",
      })
  void withoutTheTokenNobodyComesIn(String header) {
    var headers = header.isEmpty() ? new String[0] : new String[] {header};
    for (var path : List.of("/api/runs", "/api", "/metrics", "/health", "/loginx", "/assets")) {
      var reply = server.get(path, headers);
      assertEquals(401, reply.status(), path);
      assertEquals("Bearer", reply.header("WWW-Authenticate").orElseThrow());
      assertEquals(reference().body().length(), reply.body().length());
    }
  }

  @Test
  void twoTokensAreNone() {
    assertEquals(401, server.get("/api/x", BEARER, BEARER).status());
  }

  @Test
  void withTheTokenProgramsComeIn() {
    assertEquals(404, server.get("/api/x", BEARER).status());
    assertEquals(404, server.get("/api/x", "Authorization: bEARER " + TOKEN).status());
  }

  @Test
  void healthLoginAndAssetsAreOpen() {
    assertEquals(200, server.get("/health/live").status());
    assertEquals(503, server.get("/health/ready").status());
    assertEquals(404, server.get("/assets/x.css").status());
    assertEquals(200, server.get("/login").status());
  }

  @Test
  void peopleAreSentToTheLogin() {
    for (var path : List.of("/", "/runs/1", "/metrics")) {
      var reply = server.get(path, PAGE);
      assertEquals(303, reply.status());
      assertEquals("/login", reply.header("Location").orElseThrow());
    }
    assertEquals(401, server.get("/", PAGE, "Sec-Fetch-Mode: cors").status());
    assertEquals(401, server.get("/api/runs", PAGE).status());
    assertEquals(401, server.send("POST /", List.of(PAGE), "").status());
  }

  @Test
  void loginLiesUnderTheContextPath() {
    try (var nested = start(WebServer.with().contextPath("/deep"))) {
      assertEquals("/deep/login", nested.get("/deep/", PAGE).header("Location").orElseThrow());
      assertTrue(cookieOf(signIn(nested, "/deep/login")).contains("; Path=/deep;"));
      assertEquals(200, nested.get("/deep/health/live").status());
      assertEquals(401, nested.get("/deep/api/runs").status());
    }
  }

  @Test
  void sessionLetsPeopleInUntilTheySignOut() {
    var signedIn = signIn(server, "/login");
    assertEquals("Granted", signedIn.body());
    var cookie = "Cookie: " + pair(signedIn);
    assertEquals(404, server.get("/api/x", cookie).status());
    var signedOut = form(server, "/login", "out=1", cookie);
    assertTrue(cookieOf(signedOut).contains("Max-Age=0"));
    assertEquals(401, server.get("/api/x", cookie).status());
  }

  @Test
  void cookieIsForThisServerAlone() {
    assertTrue(
        cookieOf(signIn(server, "/login"))
            .matches(
                "perdure-sid=[A-Za-z0-9_-]{22}; Path=/; Max-Age=43200; HttpOnly;"
                    + " SameSite=Strict"));
  }

  @Test
  void cookieIsSecureBehindHttps() {
    try (var https = start(WebServer.with().publicUrl("https://runs.example"))) {
      var cookie = cookieOf(signIn(https, "/login"));
      assertTrue(cookie.startsWith("__Host-perdure-sid="), cookie);
      assertTrue(cookie.endsWith("; Secure"), cookie);
    }
    var nested = WebServer.with().publicUrl("https://runs.example/deep").contextPath("/deep");
    try (var https = start(nested)) {
      var cookie = cookieOf(signIn(https, "/deep/login"));
      assertTrue(cookie.startsWith("__Secure-perdure-sid="), cookie);
    }
  }

  @Test
  void newSignInEndsTheSessionOfBefore() {
    var old = "Cookie: " + pair(signIn(server, "/login"));
    var fresh = form(server, "/login", "secret=" + TOKEN, old);
    assertEquals(401, server.get("/api/x", old).status());
    assertEquals(404, server.get("/api/x", "Cookie: " + pair(fresh)).status());
  }

  @Test
  void wrongTokenSignsNobodyIn() {
    var reply = form(server, "/login", "secret=wrong");
    assertEquals("Refused", reply.body());
    assertEquals(Optional.empty(), reply.header("Set-Cookie"));
  }

  @Test
  void tenWrongTokensShutTheAddressOut() {
    for (int i = 0; i < 5; i++) {
      assertEquals(401, server.get("/api/x", "Authorization: Bearer wrong" + i).status());
      assertEquals("Refused", form(server, "/login", "secret=wrong" + i).body());
    }
    var shutOut = server.get("/api/x", BEARER);
    assertEquals(429, shutOut.status());
    assertEquals("too-many-attempts", shutOut.code());
    int retryAfter = Integer.parseInt(shutOut.header("Retry-After").orElseThrow());
    assertTrue(retryAfter > 0 && retryAfter <= 61, "Retry-After " + retryAfter);
    assertEquals("Throttled", form(server, "/login", "secret=" + TOKEN).body());
    server.clock.advance(Duration.ofSeconds(60));
    assertEquals(404, server.get("/api/x", BEARER).status());
  }

  @Test
  void whoIsSignedInStaysInWhileTheAddressIsShutOut() {
    var cookie = "Cookie: " + pair(signIn(server, "/login"));
    for (int i = 0; i < 11; i++) {
      server.get("/api/x", "Authorization: Bearer wrong");
    }
    assertEquals(404, server.get("/api/x", cookie).status());
  }

  @Test
  void requestsWithoutAnyTokenAreNoAttempts() {
    for (int i = 0; i < 30; i++) {
      assertEquals(401, server.get("/api/x").status());
    }
    assertEquals(404, server.get("/api/x", BEARER).status());
  }

  @Test
  void linkIsGoodOnce() {
    var link = "/" + server.access.oneTimeLink();
    assertFalse(link.contains(TOKEN));
    assertEquals("Granted", server.get(link).body());
    assertEquals("Refused", server.get(link).body());
  }

  @Test
  void onlyTheLatestLinkIsGoodAndOnlyForADay() {
    var first = "/" + server.access.oneTimeLink();
    var second = "/" + server.access.oneTimeLink();
    assertEquals("Refused", server.get(first).body());
    server.clock.advance(Duration.ofHours(24));
    assertEquals("Refused", server.get(second).body());
  }

  @Test
  void linkOutlivesAThrottle() {
    var link = "/" + server.access.oneTimeLink();
    for (int i = 0; i < 10; i++) {
      server.get("/login?link=guess");
    }
    assertEquals("Throttled", server.get(link).body());
    server.clock.advance(Duration.ofMinutes(1));
    assertEquals("Granted", server.get(link).body());
  }

  @Test
  void withoutATokenEveryoneOnThisMachineComesIn() {
    try (var open = WebServer.with().start()) {
      assertFalse(open.access.isRequired());
      assertEquals(404, open.get("/api/x").status());
    }
  }

  private Reply reference() {
    return server.get("/api/runs");
  }

  private static WebServer start(WebServer.Builder wanted) {
    var page = new SignIn();
    var server = wanted.token(TOKEN).servlet("/login", page).start();
    page.access = server.access;
    return server;
  }

  private static Reply signIn(WebServer server, String path) {
    return form(server, path, "secret=" + TOKEN);
  }

  private static Reply form(WebServer server, String path, String form, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: application/x-www-form-urlencoded");
    return server.send("POST " + path, all, form);
  }

  private static String cookieOf(Reply reply) {
    return reply.header("Set-Cookie").orElseThrow();
  }

  private static String pair(Reply reply) {
    var cookie = cookieOf(reply);
    return cookie.substring(0, cookie.indexOf(';'));
  }
}
