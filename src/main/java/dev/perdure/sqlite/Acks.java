package dev.perdure.sqlite;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who wait: on a thread of its own while the writer has better use for its time,
 * because waking thousands takes long; by the writer itself as long as there is nothing to write,
 * because a thread more between the two is what a lone run waits for most. Whoever is told must not
 * wait for the journal there.
 */
final class Acks implements Executor, AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Acks.class.getName());
  private static final long CLOSE_SECONDS_MAX = 10;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> {
        var made = Thread.ofPlatform().daemon().name("perdure-journal-acks").unstarted(task);
        own = made;
        return made;
      });
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile @Nullable Thread own;

  @Override
  public void execute(Runnable callback) {
    waiting.incrementAndGet();
    try {
      thread.execute(() -> runNext(callback));
    } catch (RejectedExecutionException e) {
      runNext(callback);
    }
  }

  /** Tells on the calling thread, unless that would overtake what was to be told before. */
  void executeHere(Runnable callback) {
    if (waiting.get() == 0) {
      run(callback);
    } else {
      execute(callback);
    }
  }

  private void runNext(Runnable callback) {
    try {
      run(callback);
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** Tells everybody, then ends. A callback may close the journal: it does not wait for itself. */
  @Override
  public void close() {
    thread.shutdown();
    if (Thread.currentThread().equals(own)) {
      return;
    }
    boolean interrupted = false;
    try {
      thread.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "A callback of the journal failed.", e);
    }
  }
}
