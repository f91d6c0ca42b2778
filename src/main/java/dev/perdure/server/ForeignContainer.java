package dev.perdure.server;

import dev.perdure.engine.Ports;
import dev.perdure.journal.Journal;
import dev.perdure.server.Config.Place;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.Collections;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Somebody else's servlet container. It may start a new deployment before it stops the old one, so
 * this one waits for its turn; and it goes on when Perdure has failed.
 */
final class ForeignContainer implements Host {

  private static final System.Logger LOG = System.getLogger(ForeignContainer.class.getName());

  private final ServletContext context;
  private final Ports ports = Ports.system();

  ForeignContainer(ServletContext context) {
    this.context = context;
    startSharedTimer();
  }

  /**
   * Starts the timer thread that all of Java's futures share. It outlives every application, and
   * keeps the context class loader of whoever needed it first.
   */
  private static void startSharedTimer() {
    var thread = Thread.currentThread();
    var ours = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    try {
      var _ = new CompletableFuture<Void>().completeOnTimeout(null, 1, TimeUnit.NANOSECONDS);
    } finally {
      thread.setContextClassLoader(ours);
    }
  }

  @Override
  public Config config() {
    var parameters = new TreeMap<String, String>();
    for (var name : Collections.list(context.getInitParameterNames())) {
      parameters.put(name, context.getInitParameter(name));
    }
    var config = Config.of(Given.toThisProcess(parameters), Place.CONTAINER);
    config.report().forEach(line -> LOG.log(Level.INFO, line));
    ProcessDefaults.parallelismWarning().ifPresent(text -> LOG.log(Level.WARNING, text));
    return config;
  }

  @Override
  public Ports ports() {
    return ports;
  }

  @Override
  public Journal openJournal(Config config) {
    return Journals.open(config, ports.time(), "perdure at " + context.getContextPath() + "/");
  }

  @Override
  public boolean standsBy() {
    return true;
  }

  @Override
  public Optional<URI> self() {
    return Optional.empty();
  }

  @Override
  public void started() {
    LOG.log(Level.INFO, "Perdure is ready at {0}/", context.getContextPath());
  }

  @Override
  public void failed(Throwable cause) {
    LOG.log(
        Level.ERROR,
        "Perdure has failed and answers every request with 503 until it is deployed again.",
        cause);
  }
}
