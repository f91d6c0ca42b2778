package dev.perdure.builtin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;

/** Real servers on free ports of the loopback interface; all of them stop on close. */
final class LocalServers implements AutoCloseable {

  private final Deque<Runnable> stops = new ArrayDeque<>();

  /** The address of a server that answers everything in this way. */
  String http(HttpHandler handler) throws IOException {
    var server = HttpServer.create(anyPort(), 0);
    return "http://" + started(server, handler);
  }

  String https(SSLContext context, HttpHandler handler) throws IOException {
    var server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return "https://" + started(server, handler);
  }

  /** Host and port of a server that lets anyone connect and never says a word. */
  String silent() throws IOException {
    var socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    stops.push(() -> close(socket));
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** Host and port of a server that greets the first who connects with this text. */
  String greeting(String text) throws IOException {
    var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    stops.push(() -> close(socket));
    Thread.ofVirtual().start(() -> greet(socket, text));
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** Like {@link #silent()}, and counts down when the first who connects has hung up. */
  String waiting(CountDownLatch hungUp) throws IOException {
    var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    stops.push(() -> close(socket));
    Thread.ofVirtual().start(() -> waitForEnd(socket, hungUp));
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** Host and port where nobody listens. */
  String closed() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  static HttpHandler answering(int status) {
    return exchange -> {
      try (exchange) {
        exchange.sendResponseHeaders(status, -1);
      }
    };
  }

  @Override
  public void close() {
    while (!stops.isEmpty()) {
      stops.pop().run();
    }
  }

  private String started(HttpServer server, HttpHandler handler) {
    server.createContext("/", handler);
    server.start();
    stops.push(() -> server.stop(0));
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private static void greet(ServerSocket socket, String text) {
    try (var connection = socket.accept()) {
      connection.getOutputStream().write(text.getBytes(UTF_8));
      connection.shutdownOutput();
      // Closing before the other side has sent its request would take the greeting back.
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The test is over, or the client has hung up.
    }
  }

  private static void waitForEnd(ServerSocket socket, CountDownLatch hungUp) {
    try (var connection = socket.accept()) {
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // An end with a reset is an end as well.
    }
    hungUp.countDown();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
