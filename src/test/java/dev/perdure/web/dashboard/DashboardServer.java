package dev.perdure.web.dashboard;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.perdure.engine.Engine;
import dev.perdure.engine.Health;
import dev.perdure.engine.Zombie;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Commits;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.web.Access;
import dev.perdure.web.EngineGate;
import dev.perdure.web.WebFilters;
import dev.perdure.web.WebSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The dashboard in a real Jetty, behind the real filters, in front of an engine that is played. */
final class DashboardServer implements AutoCloseable {

  final Instant now =
      InstantSource.system().instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
  final Seed seed = new Seed(now);
  final SeededReader reader = new SeededReader();
  final Engine engine = mock(Engine.class);
  final EngineGate gate = new EngineGate();
  private final AtomicLong commits = new AtomicLong();
  private final @Nullable String token;
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  volatile List<Zombie> zombies = List.of();

  DashboardServer(@Nullable String token) {
    this.token = token;
    when(engine.workflows()).thenReturn(Seed.workflows(now));
    when(engine.reader()).thenReturn(reader);
    when(engine.bootId()).thenReturn("boot1");
    when(engine.health()).thenReturn(new Health(true, "ok", ""));
    when(engine.zombies()).thenAnswer(_ -> zombies);
    when(engine.commits()).thenReturn(new PlayedCommits(commits));
    when(engine.startRun(anyString(), any(), any()))
        .thenAnswer(_ -> new StartResult.Started(put(seed.pending())));
    gate.set(new EngineGate.State.Ready(engine));
  }

  DashboardServer start() throws Exception {
    return start(0);
  }

  DashboardServer start(int port) throws Exception {
    var context = new ServletContextHandler();
    context.setBaseResourceAsPath(Path.of("webapp").toAbsolutePath());
    context.addServletContainerInitializer((_, servlets) -> {
      var settings =
          new WebSettings(token, null, "test", InstantSource.system(), Duration.ofSeconds(5));
      var access = new Access(settings, new SecureRandom());
      WebFilters.register(servlets, settings, access);
      Dashboard.register(servlets, gate, access, settings);
    });
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(context);
    server.start();
    return this;
  }

  int port() {
    return connector.getLocalPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** Stores a run and commits, as the engine would. */
  RunId put(RunDetail detail) {
    var id = reader.put(detail);
    commits.incrementAndGet();
    return id;
  }

  /** One run of every kind, and older ones to fill more than a page. */
  void fill() {
    for (int i = 0; i < 30; i++) {
      put(seed.ok(10_000 + i * 420L));
    }
    List.of(
            seed.hostile(),
            seed.summary(),
            seed.large(),
            seed.resumed(),
            seed.cancelled(),
            seed.blocked(),
            seed.failed(),
            seed.ok(120),
            seed.retrying(),
            seed.running(),
            seed.pending(),
            seed.importing(),
            seed.compensating(),
            seed.cancelling())
        .forEach(this::put);
    var zombie = seed.zombie();
    zombies = Seed.zombiesOf(zombie, now);
    put(zombie);
    var shipment = put(seed.shipment());
    reader.log(shipment, 0, Seed.lines(now.minusSeconds(50), 3));
    reader.log(shipment, 14, Seed.lines(now.minusSeconds(42), 120));
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The test's server did not stop.", e);
    }
  }

  private record PlayedCommits(AtomicLong made) implements Commits {
    @Override
    public long count() {
      return made.get();
    }

    @Override
    public CompletableFuture<Boolean> nextChangeOf(RunId id, Duration atMost) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Boolean> endOf(RunId id, Duration atMost) {
      throw new UnsupportedOperationException();
    }
  }

  /** For looking at the pages by hand. */
  public static void main(String[] args) throws Exception {
    var server =
        new DashboardServer(args.length > 1 ? args[1] : null).start(Integer.parseInt(args[0]));
    server.fill();
    System.out.println(server.url("/"));
  }
}
