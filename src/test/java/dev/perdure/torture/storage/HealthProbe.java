package dev.perdure.torture.storage;

import dev.perdure.torture.Client;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a server again and again whether it is alive, and remembers the slowest answer. */
final class HealthProbe implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Client client;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().name("health-probe").unstarted(this::run);

  // Written by the thread, read after its end.
  private long slowestNanos;
  private long answers;
  private boolean failed;

  HealthProbe(URI server) {
    client = new Client(server);
    thread.start();
  }

  private void run() {
    try {
      do {
        long before = System.nanoTime();
        failed |= client.get("/health/live").status() != 200;
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - before);
        answers++;
      } while (!stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (IOException e) {
      failed = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it: how long the slowest of all answers took, in milliseconds. */
  long slowestMillis() throws InterruptedException {
    stop.countDown();
    thread.join();
    return TimeUnit.NANOSECONDS.toMillis(slowestNanos);
  }

  /** After its end: whether each answer said that the server is alive. */
  boolean isAlwaysAlive() {
    return !failed && answers > 0;
  }

  @Override
  public void close() {
    stop.countDown();
    client.close();
  }
}
