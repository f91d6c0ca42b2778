package dev.perdure.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** So many threads, each of which begins its next run when the one before has ended. */
final class ClosedLoop {

  /** One run, from its start until it is known to have ended. */
  interface Job {
    void run() throws Exception;
  }

  /** What one of the threads does; it may keep a connection of its own. */
  interface Jobs {
    Job ofThread(int number) throws Exception;
  }

  private final Thread.Builder threads;
  private final int count;

  private ClosedLoop(Thread.Builder threads, int count) {
    this.threads = threads;
    this.count = count;
  }

  static ClosedLoop ofVirtualThreads(int count) {
    return new ClosedLoop(Thread.ofVirtual(), count);
  }

  static ClosedLoop ofPlatformThreads(int count) {
    return new ClosedLoop(Thread.ofPlatform(), count);
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
      client.thread = threads.start(client);
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
    var all = clients.stream().flatMapToLong(client -> Arrays.stream(client.taken())).toArray();
    Arrays.sort(all);
    double seconds = time.toNanos() / 1e9;
    return new Load(
        Load.STEPS_PER_RUN * all.length / seconds, percentileMs(all, 0.5), percentileMs(all, 0.99));
  }

  private static double percentileMs(long[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))] / 1e6;
  }

  /** One of the threads, with how long each of its runs took that ended in time. */
  private static final class Client implements Runnable {
    private final Job job;
    private final CountDownLatch go;
    private final long nanos;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long[] taken = new long[1024];
    private int count;
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
            note(ended - now);
          }
          now = ended;
        }
      } catch (Exception e) {
        failure.set(e);
      }
    }

    private void note(long time) {
      if (count == taken.length) {
        taken = Arrays.copyOf(taken, 2 * count);
      }
      taken[count++] = time;
    }

    long[] taken() {
      return Arrays.copyOf(taken, count);
    }
  }
}
