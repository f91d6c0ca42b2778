package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JettyServerTest {

  private static final String HIDDEN = "hidden-from-everybody";
  private static final String TAG = "W/\"boot-17\"";

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @TempDir private static Path directory;
  private JettyServer jetty;
  private RawHttp http;

  @BeforeAll
  void start() throws Exception {
    for (var file : Set.of("WEB-INF/web.xml", "META-INF/versions/9/Launcher.class")) {
      Files.createDirectories(directory.resolve(file).getParent());
      Files.writeString(directory.resolve(file), HIDDEN);
    }
    Files.writeString(directory.resolve("open.txt"), "for everybody");
    jetty = serving(directory);
    http = new RawHttp(jetty.url());
  }

  private JettyServer serving(Path webRoot) throws Exception {
    var server = new JettyServer("127.0.0.1", 0, webRoot, new Application());
    server.listen();
    server.start();
    return server;
  }

  @AfterAll
  void stop() throws Exception {
    jetty.stop(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/WEB-INF/web.xml",
        "/web-inf/web.xml",
        "/WEB-INF%2fweb.xml",
        "/WEB-INF%2Fweb.xml",
        "/%57EB-INF/web.xml",
        "/./WEB-INF/web.xml",
        "/x/../WEB-INF/web.xml",
        "/x/%2e%2e/WEB-INF/web.xml",
        "/x/..%2fWEB-INF/web.xml",
        "/x/..;/WEB-INF/web.xml",
        "/;a=b/WEB-INF/web.xml",
        "/WEB-INF;a=b/web.xml",
        "/WEB-INF/./web.xml",
        "//WEB-INF/web.xml",
        "/WEB-INF//web.xml",
        "/%5cWEB-INF/web.xml",
        "/WEB-INF%5cweb.xml",
        "/WEB-INF%00/web.xml",
        "/%252e/WEB-INF/web.xml",
        "/WEB-INF/web.xml%20",
        "/WEB-INF/",
        "/META-INF/versions/9/Launcher.class",
        "/meta-inf/versions/9/Launcher.class",
        "/x/../META-INF/versions/9/Launcher.class",
        "/../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd"
      })
  void keepsWhatIsNotForTheWeb(String target) throws IOException {
    var answer = http.get(target);

    assertTrue(Set.of(400, 404).contains(answer.status()), answer::text);
    assertFalse(answer.text().contains(HIDDEN), answer::text);
    assertFalse(answer.text().contains("root:"), answer::text);
  }

  @Test
  void servesTheRestOfDirectory() throws IOException {
    assertTrue(http.get("/open.txt").text().endsWith("for everybody"));
  }

  @Test
  void servesFromWar() throws Exception {
    var war = directory.resolve("perdure.war");
    try (var archive = new JarOutputStream(Files.newOutputStream(war))) {
      for (var file : Set.of("open.txt", "WEB-INF/web.xml")) {
        archive.putNextEntry(new JarEntry(file));
        archive.write(Files.readAllBytes(directory.resolve(file)));
      }
    }
    var server = serving(war);
    var fromWar = new RawHttp(server.url());

    assertTrue(fromWar.get("/open.txt").text().endsWith("for everybody"));
    assertEquals(404, fromWar.get("/WEB-INF/web.xml").status());
    server.stop(Duration.ZERO);
  }

  @Test
  void doesNotSayWhatServerItIs() throws IOException {
    var answer = http.get("/open.txt");

    assertTrue(answer.header("Server").isEmpty(), answer::text);
    assertTrue(answer.header("X-Powered-By").isEmpty(), answer::text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "text/html", "application/json", "text/plain", "none/at-all"})
  void saysNothingOfException(String accept) throws IOException {
    var answer = http.get("/throws", "Accept: " + accept);

    assertEquals(500, answer.status());
    assertFalse(answer.text().contains(HIDDEN), answer::text);
    assertFalse(answer.text().contains("Exception"), answer::text);
    assertTrue(answer.text().contains("Something went wrong"), answer::text);
  }

  @Test
  void answersErrorsAsProblemToProgramsAndAsPageToPeople() throws IOException {
    var problem = http.get("/nothing");
    var page = http.get("/nothing", "Accept: text/html");

    assertEquals("application/problem+json", problem.header("Content-Type").orElse(""));
    assertTrue(problem.text().contains("\"code\":\"not-found\""), problem::text);
    assertEquals("text/html;charset=utf-8", page.header("Content-Type").orElse(""));
    assertTrue(page.text().contains("<h1>Not Found</h1>"), page::text);
    assertEquals("nosniff", page.header("X-Content-Type-Options").orElse(""));
  }

  @Test
  void refusesLargeHeaders() throws IOException {
    assertEquals(200, http.get("/open.txt", "X-Large: " + "x".repeat(15_000)).status());
    assertEquals(431, http.get("/open.txt", "X-Large: " + "x".repeat(17_000)).status());
    assertEquals(414, http.get("/" + "x".repeat(17_000)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "TRACK", "CONNECT"})
  void refusesMethodsThatEchoOrTunnel(String method) throws IOException {
    var answer = http.request(method, "/tagged", "X-Secret: " + HIDDEN);

    assertTrue(answer.status() >= 400, answer::text);
    assertFalse(answer.text().contains(HIDDEN), answer::text);
  }

  @Test
  void refusesRequestsThatCanBeReadInTwoWays() throws IOException {
    var host = "Host: x\r\nConnection: close\r\n";
    var twoLengths = "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n";
    var lengthAndChunks = "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n";

    assertEquals(400, http.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status());
    assertEquals(400, http.send("GET / HTTP/1.1\r\nHost: y\r\n" + host + "\r\n").status());
    assertEquals(400, http.send(twoLengths + host + "\r\nabc").status());
    assertEquals(400, http.send(lengthAndChunks + host + "\r\n0\r\n\r\n").status());
  }

  @Test
  void speaksNoHttp2() throws IOException {
    var answer = http.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    assertTrue(answer.status() >= 400, answer::text);
  }

  @Test
  void knowsItsTagAgainWhenItWasCompressed() throws IOException {
    var first = http.get("/tagged", "Accept-Encoding: gzip");
    assertEquals("gzip", first.header("Content-Encoding").orElse(""), first::text);
    var tag = first.header("ETag").orElseThrow();

    var compressed = http.get("/tagged", "Accept-Encoding: gzip", "If-None-Match: " + tag);
    var plain = http.get("/tagged", "If-None-Match: " + TAG);

    assertEquals(304, compressed.status(), compressed::text);
    assertEquals(304, plain.status(), plain::text);
    assertEquals(200, http.get("/tagged", "If-None-Match: \"another\"").status());
  }

  @Test
  void finishesWhatIsUnderWayWhenItStops() throws Exception {
    var server = serving(directory);
    var slow =
        HttpClient.newHttpClient()
            .sendAsync(
                HttpRequest.newBuilder(server.url().resolve("/slow")).build(),
                BodyHandlers.ofString());
    begun.await();

    var stopping = new FutureTask<>(() -> stopped(server));
    Thread.startVirtualThread(stopping);
    // Longer than a connection may be idle while the server stops.
    assertThrows(TimeoutException.class, () -> stopping.get(500, TimeUnit.MILLISECONDS));
    mayEnd.countDown();

    assertEquals("done", slow.join().body());
    assertTrue(stopping.get());
  }

  private static boolean stopped(JettyServer server) throws Exception {
    server.stop(Duration.ofSeconds(10));
    return true;
  }

  /** Serves files, as the container of a stranger would, and some answers of its own. */
  private final class Application implements ServletContextListener {

    @Override
    public void contextInitialized(ServletContextEvent event) {
      var context = event.getServletContext();
      context.addServlet("files", new DefaultServlet()).addMapping("/");
      context.addServlet("throws", new Throwing()).addMapping("/throws");
      context.addServlet("tagged", new Tagged()).addMapping("/tagged");
      context.addServlet("slow", new Slow()).addMapping("/slow");
    }
  }

  private static final class Throwing extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      throw new IllegalStateException(HIDDEN);
    }
  }

  /** What the application does with its tags. */
  private static final class Tagged extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setHeader("ETag", TAG);
      if (TAG.equals(request.getHeader("If-None-Match"))) {
        response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        return;
      }
      response.setContentType("text/html;charset=utf-8");
      response.getWriter().write("words ".repeat(1_000));
    }
  }

  private final class Slow extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      begun.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      response.getWriter().write("done");
    }
  }
}
