package dev.perdure.server;

import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.Resource;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The embedded Jetty, with one application. It limits what a connection may cost; who may come in
 * is decided by the application, because that also runs in other containers.
 */
final class JettyServer {

  private static final int THREADS_MAX = 200;
  private static final int CONNECTIONS_MAX = 1_000;
  private static final int HEADER_BYTES_MAX = 16 * 1_024;
  private static final int COMPRESSED_BYTES_MIN = 1_024;
  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");
  private static final Duration FIRST_REQUEST_WITHIN = Duration.ofSeconds(20);
  private static final Duration IDLE_TIMEOUT_AT_STOP = Duration.ofMillis(100);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

  private final String host;
  private final Server server;
  private final ServerConnector connector;

  /**
   * A server that does not listen yet.
   *
   * @param webRoot a directory, or a WAR
   */
  JettyServer(String host, int port, Path webRoot, ServletContextListener application) {
    this.host = host;
    server = new Server(threads());
    connector = connector(server, host, port);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, server));
    server.setErrorHandler(new ErrorAnswers());
    server.setHandler(
        new GracefulHandler(new NoTrace(compressed(context(server, webRoot, application)))));
  }

  /** Platform threads: requests are answered whatever the steps of workflows do. */
  private static QueuedThreadPool threads() {
    var threads = new QueuedThreadPool(THREADS_MAX);
    threads.setName("perdure-http");
    return threads;
  }

  private static ServerConnector connector(Server server, String host, int port) {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES_MAX);
    http.setResponseHeaderSize(HEADER_BYTES_MAX);
    http.setUriCompliance(UriCompliance.RFC3986);
    var connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    connector.addBean(new FirstRequestDeadline(connector.getScheduler(), FIRST_REQUEST_WITHIN));
    connector.setShutdownIdleTimeout(IDLE_TIMEOUT_AT_STOP.toMillis());
    return connector;
  }

  private static ServletContextHandler context(
      Server server, Path webRoot, ServletContextListener application) {
    var context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
    context.setDisplayName("Perdure");
    context.setBaseResource(resource(ResourceFactory.of(server), webRoot));
    context.setProtectedTargets(new String[] {"/WEB-INF", "/META-INF"});
    context.setErrorHandler(new ErrorAnswers());
    context.addEventListener(application);
    return context;
  }

  private static Resource resource(ResourceFactory factory, Path webRoot) {
    var path = webRoot.toAbsolutePath().normalize();
    return path.toString().endsWith(".war")
        ? factory.newJarFileResource(path.toUri())
        : factory.newResource(path);
  }

  private static CompressionHandler compressed(Handler handler) {
    var gzip = new GzipCompression();
    gzip.setMinCompressSize(COMPRESSED_BYTES_MIN);
    var compression = new CompressionHandler(handler);
    compression.putCompression(gzip);
    compression.putConfiguration("/", CompressionConfig.builder().defaults().build());
    return compression;
  }

  /**
   * Takes the port. Whoever connects waits until the start.
   *
   * @throws IOException when it can not be had
   */
  void listen() throws IOException {
    connector.open();
  }

  /**
   * Starts the application and begins to answer.
   *
   * @throws Exception when the application throws
   */
  void start() throws Exception {
    server.start();
  }

  /** Where this machine reaches the server; known when it listens. */
  URI url() {
    var reached = ANY_ADDRESS.contains(host) ? "127.0.0.1" : host;
    var bracketed = reached.contains(":") ? "[" + reached + "]" : reached;
    return URI.create("http://" + bracketed + ":" + connector.getLocalPort());
  }

  /**
   * Lets requests finish for this long and stops the application. Whoever comes meanwhile is told
   * to try again.
   *
   * @throws Exception when something did not stop in time
   */
  void stop(Duration grace) throws Exception {
    server.setStopTimeout(grace.toMillis());
    server.stop();
  }

  /** Refuses the methods that show a request to whoever sent it, or open a way to elsewhere. */
  private static final class NoTrace extends Handler.Wrapper {

    private static final Set<String> REFUSED = Set.of("TRACE", "TRACK", "CONNECT");

    NoTrace(Handler handler) {
      super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      if (REFUSED.contains(request.getMethod())) {
        Response.writeError(request, response, callback, HttpStatus.NOT_IMPLEMENTED_501);
        return true;
      }
      return super.handle(request, response, callback);
    }
  }
}
