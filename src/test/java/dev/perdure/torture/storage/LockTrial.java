package dev.perdure.torture.storage;

import dev.perdure.torture.Client;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Another program holds the database's write lock for a while. Meanwhile nothing is acknowledged,
 * whoever asks is refused in time, reads and the answer of health go on; then work does, as if
 * nothing had happened.
 */
final class LockTrial {

  static final String REFUSAL = "refusal while another holds the lock, ms at most";
  static final String LIVE = "health while another holds the lock, ms at most";

  /** What the journal waits for a lock, and what a write may have to wait for before its turn. */
  private static final Duration REFUSED_WITHIN =
      Duration.ofSeconds(5).multipliedBy(2).plusSeconds(1);

  private static final Duration QUICK = Duration.ofSeconds(1);
  private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long ACKS_AFTERWARDS = 30;
  private static final int READS = 200;

  private LockTrial() {}

  /** For at least so long, and until a request has been refused. */
  static void hold(Path directory, Duration length, Figures.Tally tally) throws Exception {
    try (var work = AtWork.begin(directory, "lock", Target.in(directory), tally)) {
      try (var holder = new LockHolder(work.data());
          var health = new HealthProbe(work.target().url());
          var client = new Client(work.target().url())) {
        expectRefusals(work, client, length, tally);
        long slowest = health.slowestMillis();
        tally.most(LIVE, slowest);
        work.expect(health.isAlwaysAlive(), "it did not seem alive");
        work.expect(slowest <= QUICK.toMillis(), "health took " + slowest + " ms");
        holder.release();
      }
      work.expectAcks(1, GOES_ON_WITHIN);
      work.expectAcks(ACKS_AFTERWARDS, PATIENCE);
      work.expectAllWell();
      tally.add("outside locks", 1);
    }
  }

  private static void expectRefusals(
      AtWork work, Client client, Duration length, Figures.Tally tally)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + length.toNanos();
    expectRefusal(work, client, tally);
    // Whatever was committed before the lock was taken has been answered by now.
    long acks = work.acks();
    while (System.nanoTime() < end) {
      expectRefusal(work, client, tally);
    }
    for (int i = 0; i < READS; i++) {
      var read = client.get("/api/runs?limit=100");
      work.expect(read.status() == 200, "no reading: " + read);
    }
    work.expect(work.acks() == acks, "acknowledged what can not be stored");
  }

  private static void expectRefusal(AtWork work, Client client, Figures.Tally tally)
      throws IOException, InterruptedException {
    long before = System.nanoTime();
    var answer = client.post("/api/runs", "-", Posts.start());
    long millis = (System.nanoTime() - before) / 1_000_000;
    tally.most(REFUSAL, millis);
    work.expect(
        answer.status() == 503 && answer.text("code").equals("full"),
        "a start is answered with " + answer);
    work.expect(millis <= REFUSED_WITHIN.toMillis(), "refused after " + millis + " ms");
  }
}
