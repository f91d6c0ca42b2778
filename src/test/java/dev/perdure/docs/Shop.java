package dev.perdure.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The outside world of {@link Orders}: a shop that does what it is asked and says so. Packing takes
 * a while. {@code java Shop.java} runs it.
 */
final class Shop implements AutoCloseable {

  private final ScheduledExecutorService staff = Executors.newScheduledThreadPool(1);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final long packingSeconds;

  Shop(int port, long packingSeconds) throws IOException {
    this.packingSeconds = packingSeconds;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::take);
    server.start();
  }

  /** Packing takes 10 s. */
  static void main() throws IOException {
    var shop = new Shop(9000, 10);
    System.out.println("The shop is open: " + shop.address());
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** What it has been asked, as {@code charge run-0}. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void take(HttpExchange exchange) {
    var what = exchange.getRequestURI().getPath().substring(1);
    var key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    asked.add(what + " " + key);
    System.out.printf("%s  %-6s  %s%n", LocalTime.now().truncatedTo(ChronoUnit.SECONDS), what, key);
    staff.schedule(
        () -> answer(exchange, what + "-" + key),
        what.equals("pack") ? packingSeconds : 0,
        TimeUnit.SECONDS);
  }

  private static void answer(HttpExchange exchange, String receipt) {
    try (exchange) {
      var bytes = receipt.getBytes(UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      // Whoever asked is gone.
    }
  }

  @Override
  public void close() {
    server.stop(0);
    staff.shutdownNow();
  }
}
