package dev.perdure.torture;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What clients ask of a server, decided by a seed: runs of all kinds, some with keys and some of
 * those asked for twice, signals, cancels, reads, and requests that must be refused. Outlives the
 * servers it talks to: a request with a key whose outcome is not known is repeated at the next one.
 * Whatever was acknowledged is in its ledger. Used by one thread at a time.
 */
public final class Workload {

  /** A start whose outcome a client must not guess. */
  record Start(String workflow, String nonce, long seed, String key) {}

  private static final Duration JOIN = Duration.ofSeconds(70);

  private final AckLedger acks;
  private final SplittableRandom random;
  private final Queue<Start> unknown = new ConcurrentLinkedQueue<>();
  private int loads;

  public Workload(AckLedger acks, long seed) {
    this.acks = acks;
    this.random = new SplittableRandom(seed);
  }

  /** Begins to ask a server with so many clients at once, each asking when it has been answered. */
  public Load begin(URI server, int clients) {
    return begin(server, clients, Integer.MAX_VALUE);
  }

  /** The same, where each client stops after so many requests. */
  public Load begin(URI server, int clients, int requestsEach) {
    loads++;
    return new Load(server, clients, requestsEach);
  }

  /** The clients of one server. Closing it waits for the answers that are on their way. */
  public final class Load implements AutoCloseable {
    private final Client client;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;

    private Load(URI server, int clients, int requestsEach) {
      client = new Client(server);
      threads =
          IntStream.range(0, clients)
              .mapToObj(i -> customer(loads + "." + i, requestsEach))
              .toList();
      threads.forEach(Thread::start);
    }

    private Thread customer(String name, int requests) {
      var customer = new Customer(client, acks, unknown, name, random.split());
      return Thread.ofVirtual()
          .name("customer-" + name)
          .uncaughtExceptionHandler((_, e) -> failures.add(e))
          .unstarted(() -> customer.ask(requests, stop));
    }

    /** Waits until so many are acknowledged in all; false when the time is up before. */
    public boolean awaitAcks(long count, Duration atMost) throws InterruptedException {
      return acks.await(count, atMost);
    }

    /** Waits until each client has made its requests or has lost the server. */
    public void awaitEnd() throws InterruptedException {
      for (var thread : threads) {
        thread.join(JOIN);
      }
    }

    @Override
    public void close() {
      stop.countDown();
      try {
        awaitEnd();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      client.close();
      var all = new ArrayList<>(failures);
      if (!all.isEmpty()) {
        throw new Unlawful(all.getFirst());
      }
    }
  }

  /** A client has been told something that can not be: a promise was not kept. */
  static final class Unlawful extends AssertionError {
    private static final long serialVersionUID = 1L;

    Unlawful(Throwable found) {
      super("A client found something unlawful: " + found.getMessage(), found);
    }
  }

  /** Lets a little time pass, or less when it is over. */
  static boolean pause(CountDownLatch over, Duration time) {
    try {
      return over.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
