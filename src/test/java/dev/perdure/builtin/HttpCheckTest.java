package dev.perdure.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpCheckTest {

  private final LocalServers servers = new LocalServers();
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void stopServers() {
    servers.close();
  }

  @Test
  void measuresUntilTheStatusCame() throws Exception {
    var address =
        servers.http(exchange -> {
          try (exchange) {
            nanos.addAndGet(Duration.ofMillis(999).toNanos());
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(UTF_8));
          }
        });
    var finding = look(address, ExpectedStatus.SUCCESS);
    assertEquals(FindingStatus.UP, finding.status());
    assertEquals(999, finding.latencyMs());
    assertEquals("Answered 200 in 999 ms.", finding.detail());
  }

  @Test
  void takesTheExpectedStatusForGood() throws Exception {
    for (int status : List.of(204, 302, 401, 503)) {
      var address = servers.http(LocalServers.answering(status));
      var finding = look(address, new ExpectedStatus(status, status));
      assertEquals(FindingStatus.UP, finding.status(), finding::toString);
      assertEquals(status, finding.httpStatus());
    }
  }

  @Test
  void wrongStatusComesBeforeSlow() throws Exception {
    var address =
        servers.http(exchange -> {
          nanos.addAndGet(Duration.ofSeconds(3).toNanos());
          LocalServers.answering(200).handle(exchange);
        });
    var finding = look(address, new ExpectedStatus(204, 204));
    assertEquals(FindingStatus.WRONG_STATUS, finding.status());
    assertEquals("Answered 200 in 3 s; expected is 204.", finding.detail());
  }

  @Test
  void readsNoEndlessBody() throws Exception {
    var gone = new CountDownLatch(1);
    var address = servers.http(endless(gone));
    assertEquals(FindingStatus.UP, look(address, ExpectedStatus.SUCCESS).status());
    gone.await();
  }

  /** Counts down when the client has hung up. */
  private static HttpHandler endless(CountDownLatch gone) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      var block = new byte[8192];
      try {
        while (true) {
          exchange.getResponseBody().write(block);
        }
      } catch (IOException e) {
        gone.countDown();
      }
    };
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          HTTP/1.1 200 OK~~, UP, Answered 200
          HTTP/1.0 200~A: b~~, UP, Answered 200
          HTTP/1.1 103 Early Hints~Link: x~~HTTP/1.1 204 No Content~~, UP, Answered 204
          HTTP/1.1 200 OK~A: b~, DOWN, The connection ended before the answer was complete.
          "", DOWN, The connection ended before the answer was complete.
          220 mail.example ready~~, DOWN, The answer is not lawful HTTP.
          HTTP/1.1 999 Odd~~, DOWN, The answer is not lawful HTTP.
          HTTP/1.1 -200 Odd~~, DOWN, The answer is not lawful HTTP.
          ~~, DOWN, The answer is not lawful HTTP.
          """)
  void readsTheHeadOfAnAnswer(String answer, FindingStatus status, String detail) throws Exception {
    var address = "http://" + servers.greeting(answer.replace("~", "\r\n")) + "/";
    var finding = look(address, ExpectedStatus.SUCCESS);
    assertEquals(status, finding.status(), finding::toString);
    assertTrue(finding.detail().startsWith(detail), finding::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 70_000})
  void readsNoEndlessHead(int lines) throws Exception {
    var head = "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(lines) + "\r\n";
    var finding = look("http://" + servers.greeting(head) + "/", ExpectedStatus.SUCCESS);
    assertEquals(lines == 100 ? FindingStatus.UP : FindingStatus.DOWN, finding.status());
  }

  @Test
  void sendsTheCredentialsAndQueryOfTheAddressAndShowsNeither() throws Exception {
    Map<String, String> seen = new ConcurrentHashMap<>();
    var address =
        servers.http(exchange -> {
          seen.put("authorization", exchange.getRequestHeaders().getFirst("Authorization"));
          seen.put("query", exchange.getRequestURI().getRawQuery());
          LocalServers.answering(200).handle(exchange);
        });
    var finding =
        look(address.replace("://", "://me:hunter2@") + "/live?key=k+ä", ExpectedStatus.SUCCESS);
    assertEquals(
        Map.of("authorization", "Basic bWU6aHVudGVyMg==", "query", "key=k+%C3%A4"),
        Map.copyOf(seen));
    assertEquals(address + "/live", finding.target());
  }

  @Test
  void saysThatANameDoesNotResolve() throws Exception {
    var finding = look("http://no-such-host.invalid/", ExpectedStatus.SUCCESS);
    assertEquals(FindingStatus.DOWN, finding.status());
    assertEquals("The name does not resolve.", finding.detail());
  }

  private Finding look(String address, ExpectedStatus expected) throws Exception {
    var target = new Target.Http(URI.create(address), expected, Target.Limits.DEFAULT);
    return new HttpCheck("http", target, Trust::ofJvm, InstantSource.system(), nanos::get).look();
  }
}
