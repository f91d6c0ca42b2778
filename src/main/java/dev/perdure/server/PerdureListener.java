package dev.perdure.server;

import dev.perdure.web.Access;
import dev.perdure.web.EngineGate;
import dev.perdure.web.WebFilters;
import dev.perdure.web.WebSettings;
import dev.perdure.web.api.ApiServlets;
import dev.perdure.web.dashboard.Dashboard;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the application together, in the embedded Jetty as in a foreign container: filters and
 * servlets at once, the engine in the background.
 */
public final class PerdureListener implements ServletContextListener {

  private static final System.Logger LOG = System.getLogger(PerdureListener.class.getName());

  private final @Nullable Host ownHost;
  private volatile @Nullable EngineStarter engine;

  /** Called by a foreign container, which is named in {@code web.xml}. */
  public PerdureListener() {
    this(null);
  }

  PerdureListener(@Nullable Host ownHost) {
    this.ownHost = ownHost;
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    var context = event.getServletContext();
    var host = ownHost == null ? new ForeignContainer(context) : ownHost;
    try {
      var config = host.config();
      var gate = new EngineGate();
      register(context, host, config, gate);
      var starter = new EngineStarter(host, config, gate);
      engine = starter;
      starter.begin();
    } catch (ConfigException e) {
      e.problems().forEach(problem -> LOG.log(Level.ERROR, problem));
      ClosedDoor.register(context);
    }
  }

  private static void register(ServletContext context, Host host, Config config, EngineGate gate) {
    var token = config.openToken().map(Secret::value).orElse(null);
    var settings = new WebSettings(token, config.publicUrl(), Build.NAME, host.ports().time());
    var access = new Access(settings, new SecureRandom());
    WebFilters.register(context, settings, access);
    ApiServlets.register(context, settings, gate);
    Dashboard.register(context, gate, access, settings);
    if (access.isRequired()) {
      LOG.log(
          Level.INFO,
          "Sign in, once and within a day, at {0}/{1}",
          root(context, host, config),
          access.oneTimeLink());
    }
  }

  /** Where the outside finds the application, as far as it is known. */
  private static String root(ServletContext context, Host host, Config config) {
    return Optional.ofNullable(config.publicUrl())
        .or(host::self)
        .map(URI::toString)
        .orElse(context.getContextPath());
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    stopEngine();
  }

  /** Ends the engine, while requests are still answered. Idempotent. */
  void stopEngine() {
    var starter = engine;
    if (starter != null) {
      starter.close();
    }
  }
}
