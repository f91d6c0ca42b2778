package dev.perdure.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.web.Wire.Reply;
import dev.perdure.web.api.ApiServlets;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** Perdure's filters and API in a Jetty of its own on a free port, without anything behind them. */
public final class WebServer implements AutoCloseable {

  /** How a test wants its server. */
  public static final class Builder {
    private @Nullable String token;
    private @Nullable URI publicUrl;
    private String contextPath = "/";
    private Duration bodyDeadline = Duration.ofSeconds(30);
    private int threadsMax = 20;
    private final List<ServletHolder> servlets = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();

    public Builder token(String token) {
      this.token = token;
      return this;
    }

    public Builder publicUrl(String url) {
      this.publicUrl = URI.create(url);
      return this;
    }

    public Builder contextPath(String path) {
      this.contextPath = path;
      return this;
    }

    public Builder bodyDeadline(Duration deadline) {
      this.bodyDeadline = deadline;
      return this;
    }

    public Builder threadsMax(int threads) {
      this.threadsMax = threads;
      return this;
    }

    public Builder servlet(String path, HttpServlet servlet) {
      servlets.add(new ServletHolder(servlet));
      paths.add(path);
      return this;
    }

    public WebServer start() {
      return new WebServer(this);
    }
  }

  public final EngineGate gate = new EngineGate();
  public final HandClock clock = new HandClock();
  public final Access access;
  private final Server server;
  private final ServerConnector connector;

  private WebServer(Builder wanted) {
    var settings =
        new WebSettings(wanted.token, wanted.publicUrl, "test-build", clock, wanted.bodyDeadline);
    access = new Access(settings, new Random(1));
    server = new Server(new QueuedThreadPool(wanted.threadsMax, 4));
    connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector
        .getConnectionFactory(HttpConnectionFactory.class)
        .getHttpConfiguration()
        .setSendServerVersion(false);
    server.addConnector(connector);
    server.setHandler(context(wanted, settings));
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty does not start.", e);
    }
  }

  public static Builder with() {
    return new Builder();
  }

  public int port() {
    return connector.getLocalPort();
  }

  public Reply get(String path, String... headers) {
    return send("GET " + path, List.of(headers), "");
  }

  /** Posts JSON. */
  public Reply post(String path, String body, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: application/json");
    return send("POST " + path, all, body);
  }

  public Reply send(String line, List<String> headers, String body) {
    return Wire.exchange(port(), Wire.request(line, headers, body.getBytes(UTF_8)));
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty does not stop.", e);
    }
  }

  private ServletContextHandler context(Builder wanted, WebSettings settings) {
    var handler = new ServletContextHandler(wanted.contextPath);
    handler.addEventListener(
        new ServletContextListener() {
          @Override
          public void contextInitialized(ServletContextEvent event) {
            WebFilters.register(event.getServletContext(), settings, access);
            ApiServlets.register(event.getServletContext(), settings, gate);
          }
        });
    for (int i = 0; i < wanted.servlets.size(); i++) {
      handler.addServlet(wanted.servlets.get(i), wanted.paths.get(i));
    }
    return handler;
  }
}
