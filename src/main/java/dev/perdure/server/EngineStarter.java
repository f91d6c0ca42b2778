package dev.perdure.server;

import dev.perdure.builtin.Builtin;
import dev.perdure.builtin.BuiltinSettings;
import dev.perdure.engine.Engine;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.web.EngineGate;
import dev.perdure.web.EngineGate.State;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gets the engine running without keeping the container waiting, and ends it. How it stands goes to
 * the gate, where requests ask for it, and to the host.
 */
final class EngineStarter implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(EngineStarter.class.getName());
  private static final Duration RETRY = Duration.ofMillis(100);
  private static final Duration END_WITHIN = Duration.ofSeconds(10);

  private final Host host;
  private final Config config;
  private final EngineGate gate;
  private final Thread thread = Thread.ofPlatform().name("perdure-start").unstarted(this::run);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean failed = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** What has to be closed, newest last. Guarded by itself. */
  private final List<AutoCloseable> open = new ArrayList<>();

  EngineStarter(Host host, Config config, EngineGate gate) {
    this.host = host;
    this.config = config;
    this.gate = gate;
  }

  /** Begins, and answers at once. */
  void begin() {
    thread.start();
  }

  private void run() {
    try {
      var journal = claimed();
      if (journal.isPresent()) {
        start(keep(journal.get()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      closeAll();
      failed(e);
    }
  }

  /**
   * The journal, as soon as nobody else owns it and there is space; empty when this closes before.
   */
  private Optional<Journal> claimed() throws InterruptedException {
    String told = "";
    do {
      try {
        return Optional.of(host.openJournal(config));
      } catch (JournalException.Owned e) {
        if (!host.standsBy()) {
          throw e;
        }
        gate.set(new State.Standby(e.holder()));
        told = tell(e, told);
      } catch (JournalException.Full e) {
        gate.set(new State.NoSpace());
        told = tell(e, told);
      }
    } while (!closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS));
    return Optional.empty();
  }

  /** Says what is waited for, once. */
  private static String tell(JournalException reason, String told) {
    var message = String.valueOf(reason.getMessage());
    if (!message.equals(told)) {
      LOG.log(Level.WARNING, "Standing by: {0}", message);
    }
    return message;
  }

  private void start(Journal journal) {
    journal.onFailure(this::failed);
    var jars = workflows(journal);
    var engine = keep(new Engine(journal, jars.workflows(), config.engineOptions(), host.ports()));
    gate.set(new State.Recovering(engine));
    engine.start((workflow, why) -> tell(jars.leftOut(workflow, why)));
    if (!failed.get()) {
      gate.set(new State.Ready(engine));
      host.started();
    }
  }

  private WorkflowJars workflows(Journal journal) {
    var jars =
        keep(
            WorkflowJars.open(
                WorkflowJars.in(config.workflows()),
                Builtin.workflows(builtin(journal)),
                config.zone()));
    jars.problems().forEach(EngineStarter::tell);
    jars.withoutProvider()
        .forEach(
            jar -> LOG.log(Level.INFO, "Workflows: {0} names no provider; it is a library.", jar));
    return jars;
  }

  private static void tell(LoadProblem problem) {
    LOG.log(Level.WARNING, problem.message(), problem.cause());
  }

  private BuiltinSettings builtin(Journal journal) {
    var time = host.ports().time();
    return new BuiltinSettings(
        config.services(),
        journal.statistics(),
        time,
        time::nanos,
        () -> host.self().map(url -> url.resolve("/health/live")));
  }

  /** Remembers to close it; or does so at once, when all the rest is closed already. */
  private <T extends AutoCloseable> T keep(T resource) {
    synchronized (open) {
      if (closing.getCount() > 0) {
        open.add(resource);
        return resource;
      }
    }
    closeQuietly(resource);
    throw new JournalException.Closed();
  }

  private void failed(Throwable cause) {
    if (closing.getCount() > 0 && failed.compareAndSet(false, true)) {
      gate.set(new State.Failed(String.valueOf(cause.getMessage())));
      host.failed(cause);
    }
  }

  /**
   * Ends the engine: its steps may finish within the configured grace. Requests are answered
   * meanwhile, but no run is accepted. Whoever calls while it ends waits for the end.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      ended.join();
      return;
    }
    try {
      synchronized (open) {
        closing.countDown();
      }
      closeAll();
      thread.join(END_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      gate.set(new State.Stopped());
      ended.complete(null);
    }
  }

  private void closeAll() {
    List<AutoCloseable> all;
    synchronized (open) {
      all = List.copyOf(open).reversed();
      open.clear();
    }
    all.forEach(EngineStarter::closeQuietly);
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "Could not close " + resource.getClass().getSimpleName() + ".", e);
    }
  }
}
