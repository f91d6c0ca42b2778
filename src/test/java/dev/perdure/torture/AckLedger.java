package dev.perdure.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What clients were told, written only after the whole answer was read. A file outside of the
 * database. Thread-safe.
 */
public final class AckLedger implements AutoCloseable {

  private final Append file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition acknowledged = lock.newCondition();

  // Guarded by lock.
  private long acks;

  public AckLedger(Path file) throws IOException {
    this.file = new Append(file);
  }

  /** How many requests were acknowledged. What was only seen does not count. */
  public long count() {
    lock.lock();
    try {
      return acks;
    } finally {
      lock.unlock();
    }
  }

  Path file() {
    return file.file();
  }

  /** A run was started, or was known: 201 or 200. */
  void run(String id, String workflow, String nonce, String key) {
    ack("run", id, workflow, nonce, key);
  }

  /** A signal was taken. */
  void signal(String run, String name, String key) {
    ack("signal", run, name, key);
  }

  /** A run was cancelled or is going to be. */
  void cancel(String run) {
    ack("cancel", run);
  }

  /** A request was refused by a 4xx: nothing of it may be stored. */
  void refused(String nonce) {
    file.line("refused", nonce);
  }

  /** A reader saw the end of a run. */
  void ended(String run, String status, String output) {
    file.line("ended", run, status, output);
  }

  /** A reader saw that a step had completed with this attempt. */
  void completed(String run, int ordinal, int attempt, String output) {
    file.line("completed", run, ordinal, attempt, output);
  }

  private void ack(Object... words) {
    file.line(words);
    lock.lock();
    try {
      acks++;
      acknowledged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many are acknowledged; false when the time is up before. */
  boolean await(long count, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (acks < count && left > 0) {
        left = acknowledged.awaitNanos(left);
      }
      return acks >= count;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
