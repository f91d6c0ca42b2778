package dev.perdure.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Real time: the system clocks and one platform thread that waits. */
public final class SystemTime implements Time, AutoCloseable {

  private static final Logger LOG = System.getLogger(SystemTime.class.getName());

  private final ScheduledThreadPoolExecutor timer;
  private final WallClock wallClock = new WallClock(this);

  public SystemTime() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("perdure-timer").daemon(true).factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Instant instant() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Wait after(Duration delay, Runnable action) {
    if (timer.isShutdown()) {
      return () -> {};
    }
    var scheduled = timer.schedule(() -> guarded(action), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public Wait at(Instant instant, Runnable action) {
    return wallClock.at(instant, action);
  }

  /** One failing action must not pass unseen, nor stop the others. */
  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "An action of the timer failed.", e);
    }
  }

  /** Forgets all waits, and ends the thread: a container looks for those that stay. */
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      var _ = timer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
