package dev.perdure.server;

import dev.perdure.engine.Ports;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The server as a process of its own: the embedded Jetty with the application in it. It begins to
 * listen when the journal is ours or waits for space, is ready when the engine runs, and ends when
 * either can not be.
 */
final class OwnProcess implements Host {

  private static final System.Logger LOG = System.getLogger(OwnProcess.class.getName());
  private static final String HOLDER = "perdure";
  private static final Duration REQUESTS_END_WITHIN = Duration.ofSeconds(5);
  private static final Duration FAILED_REQUESTS_END_WITHIN = Duration.ofMillis(500);
  private static final Duration ENGINE_ENDS_WITHIN = Duration.ofSeconds(15);

  private final Config config;
  private final Ports ports = Ports.system();
  private final PerdureListener application;
  private final JettyServer jetty;
  private final CompletableFuture<Journal> journal = new CompletableFuture<>();
  private final CompletableFuture<Void> started = new CompletableFuture<>();

  OwnProcess(Config config, Path webRoot) {
    this.config = config;
    Thread.ofPlatform().name("perdure-open").start(this::open);
    application = new PerdureListener(this);
    jetty = new JettyServer(config.host(), config.port(), webRoot, application);
  }

  private void open() {
    try {
      journal.complete(Journals.open(config, ports.time(), HOLDER));
    } catch (RuntimeException | LinkageError e) {
      journal.completeExceptionally(e);
    }
  }

  /**
   * Answers when the server is ready.
   *
   * @throws JournalException when the journal can not be had, {@link JournalException.Owned} when
   *     it is another engine's
   * @throws ConfigException when the port or the workflows can not be had
   */
  URI start() throws Exception {
    awaitJournal();
    listen();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("perdure-stop").unstarted(this::stopInTime));
    jetty.start();
    join(started);
    return jetty.url();
  }

  /** A disk that is full now need not stay so; whoever asks meanwhile is told. */
  private void awaitJournal() {
    try {
      join(journal);
    } catch (JournalException.Full e) {
      LOG.log(Level.WARNING, "{0} The start waits until there is.", e.getMessage());
    }
  }

  private void listen() {
    try {
      jetty.listen();
    } catch (IOException e) {
      var _ = journal.thenAccept(Journal::close);
      throw new ConfigException(
          "Port " + config.port() + " of " + config.host() + " can not be had: " + whyNotHad(e), e);
    }
  }

  /** The server wraps what the operating system said. */
  private static String whyNotHad(IOException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnresolvedAddressException _ -> {
          return "no address is known under that name. Correct PERDURE_HOST.";
        }
        case BindException bind when String.valueOf(bind.getMessage()).contains("assign") -> {
          return "this machine does not have that address. Correct PERDURE_HOST.";
        }
        case BindException bind when String.valueOf(bind.getMessage()).contains("ermission") -> {
          return "this user may not listen on it. Set PERDURE_PORT to one from 1024 on.";
        }
        case BindException _ -> {
          return "it is taken. End the program that has it, or set PERDURE_PORT to another one.";
        }
        default -> {}
      }
    }
    return thrown.getMessage() + ". Set PERDURE_HOST or PERDURE_PORT to others.";
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  // As the host of the application

  @Override
  public Config config() {
    return config;
  }

  @Override
  public Ports ports() {
    return ports;
  }

  @Override
  public Journal openJournal(Config config) {
    try {
      return join(journal);
    } catch (JournalException.Full e) {
      return Journals.open(config, ports.time(), HOLDER);
    }
  }

  @Override
  public boolean standsBy() {
    return false;
  }

  @Override
  public Optional<URI> self() {
    return Optional.of(jetty.url());
  }

  @Override
  public void started() {
    started.complete(null);
  }

  @Override
  public void failed(Throwable cause) {
    if (!started.completeExceptionally(cause)) {
      // Not on the thread that says so: it is one that the end would wait for.
      Thread.ofPlatform().name("perdure-fail-stop").start(this::failStop);
    }
  }

  /** Ends the process within a second, whatever hangs. What is under way is told that it failed. */
  private void failStop() {
    LOG.log(Level.ERROR, "The journal has failed, so this process ends.");
    var _ = within(FAILED_REQUESTS_END_WITHIN, () -> stopJetty(FAILED_REQUESTS_END_WITHIN));
    Runtime.getRuntime().halt(ExitCode.FAILED);
  }

  /** Called by the Java runtime when the process is asked to end, or calls for its end itself. */
  private void stopInTime() {
    var most = config.shutdownGrace().plus(ENGINE_ENDS_WITHIN).plus(REQUESTS_END_WITHIN);
    if (within(most, this::stop)) {
      LOG.log(Level.INFO, "Perdure has stopped.");
    } else {
      LOG.log(Level.ERROR, "Perdure did not stop within {0}; it is ended.", most);
    }
  }

  /** The engine first: requests are answered while steps finish, and runs are refused. */
  private void stop() {
    LOG.log(Level.INFO, "Stopping; steps may go on for {0} s.", config.shutdownGrace().toSeconds());
    application.stopEngine();
    stopJetty(REQUESTS_END_WITHIN);
  }

  private void stopJetty(Duration grace) {
    try {
      jetty.stop(grace);
    } catch (Exception e) {
      LOG.log(Level.WARNING, "Some requests did not end in time.", e);
    }
  }

  private static boolean within(Duration atMost, Runnable work) {
    var done = new CountDownLatch(1);
    Thread.ofPlatform()
        .name("perdure-stopping")
        .daemon()
        .start(() -> {
          work.run();
          done.countDown();
        });
    try {
      return done.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
