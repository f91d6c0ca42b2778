package dev.perdure.sqlite;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that tells those who wait. Waking thousands of them takes time that the writer has
 * better use for, and what they hang on to a future must not run on the writer's thread.
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
  private volatile @Nullable Thread own;

  @Override
  public void execute(Runnable callback) {
    try {
      thread.execute(() -> run(callback));
    } catch (RejectedExecutionException e) {
      run(callback);
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
