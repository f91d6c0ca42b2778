package dev.perdure.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** So many virtual threads, each of which begins its next run when the one before has ended. */
final class ClosedLoop {

  /** One run, from its start until it is known to have ended. */
  interface Job {
    void run() throws Exception;
  }

  /** What one of the threads does. */
  interface Jobs {
    Job ofThread(int number) throws Exception;
  }

  private final int count;

  ClosedLoop(int count) {
    this.count = count;
  }

  /**
   * Runs for so long, and returns when every run has ended.
   *
   * @throws IllegalStateException when a run has failed; the others of its thread are not begun
   */
  Load run(Duration time, Jobs jobs) throws Exception {
    var started = new ArrayList<Client>();
    var go = new CountDownLatch(1);
    for (int i = 0; i < count; i++) {
      var client = new Client(jobs.ofThread(i), go, time);
      client.thread = Thread.startVirtualThread(client);
      started.add(client);
    }
    go.countDown();
    for (var client : started) {
      client.thread.join();
    }
    return load(started, time);
  }

  private static Load load(ArrayList<Client> clients, Duration time) {
    for (var client : clients) {
      var failure = client.failure.get();
      if (failure != null) {
        throw new IllegalStateException("A run has failed.", failure);
      }
    }
    return Load.of(clients.stream().map(client -> client.latencies).toList(), time);
  }

  /** One of the threads, with how long each of its runs took that ended in time. */
  private static final class Client implements Runnable {
    private final Job job;
    private final CountDownLatch go;
    private final long nanos;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Latencies latencies = new Latencies();
    private Thread thread = Thread.currentThread();

    Client(Job job, CountDownLatch go, Duration time) {
      this.job = job;
      this.go = go;
      this.nanos = time.toNanos();
    }

    @Override
    public void run() {
      try {
        go.await();
        long began = System.nanoTime();
        for (long now = began; now - began < nanos; ) {
          job.run();
          long ended = System.nanoTime();
          if (ended - began <= nanos) {
            latencies.add(ended - now);
          }
          now = ended;
        }
      } catch (Exception e) {
        failure.set(e);
      }
    }
  }
}
