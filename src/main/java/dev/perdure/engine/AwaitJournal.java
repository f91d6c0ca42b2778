package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What an engine has to read and write before it can begin, and a body before it can go on. While
 * the disk is full or too much waits it is tried again, so that a server that starts then is there
 * as soon as that is over, and no run is the worse for it. Thread-safe.
 */
final class AwaitJournal {

  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final Journal journal;
  private final Time time;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  AwaitJournal(Journal journal, Time time) {
    this.journal = journal;
    this.time = time;
  }

  /**
   * @throws JournalException as the journal does, {@link JournalException.Full} and {@link
   *     JournalException.Overloaded} only when the engine stops
   */
  <R> R write(Command<R> command) {
    return read(() -> Futures.join(journal.submit(command)));
  }

  /** The same for what is asked of the journal's reader. */
  <R> R read(Supplier<R> query) {
    while (true) {
      try {
        return query.get();
      } catch (JournalException.Full | JournalException.Overloaded e) {
        if (stopped.isDone()) {
          throw e;
        }
        pause();
      }
    }
  }

  /** The engine stops: nobody waits any longer. */
  void stop() {
    stopped.complete(null);
  }

  private void pause() {
    var over = new CompletableFuture<Void>();
    time.after(RETRY_AFTER, () -> over.complete(null));
    CompletableFuture.anyOf(over, stopped).join();
  }
}
