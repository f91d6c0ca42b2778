package dev.perdure.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

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

  @Test
  void anAnswerCutShortIsDown() throws Exception {
    var address =
        servers.http(exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    var finding = look(address, ExpectedStatus.SUCCESS);
    assertEquals(FindingStatus.DOWN, finding.status());
    assertEquals("The connection ended before the answer was complete.", finding.detail());
  }

  @Test
  void sendsTheCredentialsAndQueryOfTheAddressAndShowsNeither() throws Exception {
    Map<String, String> seen = new ConcurrentHashMap<>();
    var address =
        servers.http(exchange -> {
          seen.put("authorization", exchange.getRequestHeaders().getFirst("Authorization"));
          seen.put("query", exchange.getRequestURI().getQuery());
          LocalServers.answering(200).handle(exchange);
        });
    var finding =
        look(address.replace("://", "://me:hunter2@") + "/live?key=k", ExpectedStatus.SUCCESS);
    assertEquals(
        Map.of("authorization", "Basic bWU6aHVudGVyMg==", "query", "key=k"), Map.copyOf(seen));
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
