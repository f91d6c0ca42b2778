package dev.perdure.server;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;

/** Somebody else's container: applications come and go in it, and it stays. */
final class ForeignJetty {

  static final String TOKEN = "a-token-for-the-tests";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final ContextHandlerCollection applications = new ContextHandlerCollection(true);

  ForeignJetty() throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(applications);
    server.start();
  }

  /** A Perdure in this container. */
  final class Deployment {
    private final ServletContextHandler context;

    private Deployment(ServletContextHandler context) {
      this.context = context;
    }

    HttpResponse<String> get(String path) throws Exception {
      return client.send(request(path).build(), BodyHandlers.ofString());
    }

    /** Starts a run and answers its id. */
    String startRun(String workflow) throws Exception {
      var request =
          request("/api/runs")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"workflow\":\"" + workflow + "\"}"));
      return RunView.parse(client.send(request.build(), BodyHandlers.ofString()).body()).id();
    }

    private HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(url().resolve(context.getContextPath() + path))
          .timeout(PATIENCE)
          .header("Authorization", "Bearer " + TOKEN);
    }

    /** Asks again and again until the application stands so. */
    void awaitReadiness(String status) throws Exception {
      var end = Instant.now().plus(PATIENCE);
      String last;
      do {
        last = get("/health/ready").body();
        if (last.contains("\"" + status + "\"")) {
          return;
        }
      } while (Instant.now().isBefore(end));
      throw new AssertionError("Still " + last);
    }

    void undeploy() throws Exception {
      context.stop();
      applications.removeHandler(context);
    }
  }

  /** Deploys with the classes of the tests. */
  Deployment deploy(String path, Map<String, String> parameters) throws Exception {
    return deploy(path, parameters, new PerdureListener(), ForeignJetty.class.getClassLoader());
  }

  Deployment deploy(
      String path,
      Map<String, String> parameters,
      ServletContextListener listener,
      ClassLoader classes)
      throws Exception {
    var context = new ServletContextHandler(path);
    context.setBaseResourceAsPath(Path.of("webapp").toAbsolutePath());
    context.setClassLoader(classes);
    context.addEventListener(new Parameters(parameters));
    context.addEventListener(listener);
    applications.addHandler(context);
    context.start();
    return new Deployment(context);
  }

  /** What the operator of the container has written into its configuration. */
  private record Parameters(Map<String, String> values) implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
      values.forEach(event.getServletContext()::setInitParameter);
    }
  }

  /**
   * Ends the client's connections, whose last request the container remembers, and has it forget.
   */
  void hangUp() throws IOException {
    client.close();
    var _ = new RawHttp(url()).get("/nothing");
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + connector.getLocalPort());
  }

  void stop() throws Exception {
    server.stop();
  }
}
