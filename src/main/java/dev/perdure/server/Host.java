package dev.perdure.server;

import dev.perdure.engine.Ports;
import dev.perdure.journal.Journal;
import java.net.URI;
import java.util.Optional;

/** What runs the application: our own process, or a foreign container. */
interface Host {

  /**
   * How the server is set up.
   *
   * @throws ConfigException when it can not be used; then nobody is served
   */
  Config config();

  /** Time, randomness and threads, for everything there is. */
  Ports ports();

  /**
   * Opens the journal; called on a thread of its own.
   *
   * @throws dev.perdure.journal.JournalException.Owned when another engine owns it
   */
  Journal openJournal(Config config);

  /** Whether to wait, as long as it takes, until that other engine has let go. */
  boolean standsBy();

  /** Where this server reaches itself; empty when its port belongs to somebody else. */
  Optional<URI> self();

  /** The engine runs and accepts work. */
  void started();

  /** The engine could not be started, or its journal has failed. Called once at most. */
  void failed(Throwable cause);
}
