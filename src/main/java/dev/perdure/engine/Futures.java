package dev.perdure.engine;

import dev.perdure.journal.JournalException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for a command of the journal and lets its exception through as it is. */
final class Futures {

  private Futures() {}

  static <R> R join(CompletableFuture<R> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof JournalException known ? known : e;
    }
  }
}
