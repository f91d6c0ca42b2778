package dev.perdure.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemTimeTest {

  private final SystemTime time = new SystemTime();

  @AfterEach
  void close() {
    time.close();
  }

  @Test
  void nothingIsEarlyAndWhatIsShorterComesFirst() {
    var order = new CopyOnWriteArrayList<String>();
    long began = time.nanos();
    var late = new CompletableFuture<Long>();
    time.after(
        Duration.ofMillis(80),
        () -> {
          order.add("late");
          late.complete(time.nanos());
        });
    time.after(Duration.ofMillis(20), () -> order.add("soon"));

    assertTrue(late.join() - began >= Duration.ofMillis(80).toNanos());
    assertEquals(List.of("soon", "late"), order);
  }

  @Test
  void whatIsForgottenDoesNotHappen() {
    var order = new CopyOnWriteArrayList<String>();
    var wait = time.after(Duration.ofMillis(20), () -> order.add("forgotten"));
    var done = new CountDownLatch(1);
    time.after(Duration.ofMillis(40), done::countDown);
    wait.cancel();

    assertTrue(isReached(done));
    assertEquals(List.of(), order);
  }

  /** Most waits are short and forgotten before they are over; each would wake the thread twice. */
  @Test
  void waitsThatAreForgottenDoNotWakeItsThread() {
    var thread = new CompletableFuture<Thread>();
    time.after(Duration.ZERO, () -> thread.complete(Thread.currentThread()));
    long id = thread.join().threadId();
    time.after(Duration.ofSeconds(60), () -> {}).cancel();
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getThreadInfo(id).getWaitedCount();
    for (int i = 0; i < 1_000; i++) {
      time.after(Duration.ofSeconds(60), () -> {}).cancel();
    }

    // Once it may have been on its way to waiting.
    assertTrue(threads.getThreadInfo(id).getWaitedCount() - before <= 2);
  }

  @Test
  void anActionThatFailsOrIsInterruptedStopsNoOther() {
    var done = new CountDownLatch(1);
    time.after(
        Duration.ZERO,
        () -> {
          throw new StackOverflowError("as an example");
        });
    time.after(Duration.ZERO, () -> Thread.currentThread().interrupt());
    time.after(Duration.ofMillis(10), done::countDown);

    assertTrue(isReached(done));
  }

  @Test
  void anActionByTheWallClockThatFailsStopsNoOther() {
    var done = new CountDownLatch(1);
    time.at(
        Instant.EPOCH,
        () -> {
          throw new StackOverflowError("as an example");
        });
    time.at(Instant.EPOCH, done::countDown);

    assertTrue(isReached(done));
  }

  @Test
  void aWaitOfAnyLengthMayBeAskedForAndTheWallClockIsFollowed() {
    time.after(Duration.ofDays(1_000_000), () -> {});
    time.at(Instant.MAX, () -> {});
    var due = Instant.now().plusMillis(100);
    var seen = new CompletableFuture<Instant>();
    time.at(due, () -> seen.complete(Instant.now()));

    assertFalse(seen.join().isBefore(due));
  }

  @Test
  void nothingHappensAfterItsEnd() {
    var order = new CopyOnWriteArrayList<String>();
    time.after(Duration.ofMillis(20), () -> order.add("too late"));
    time.close();
    time.after(Duration.ZERO, () -> order.add("never"));
    time.close();

    assertEquals(List.of(), order);
  }

  private static boolean isReached(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
