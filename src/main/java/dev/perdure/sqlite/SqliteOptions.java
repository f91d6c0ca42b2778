package dev.perdure.sqlite;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The bounds of a journal and where it takes time from.
 *
 * @param clock what the claim's holder and migrations are dated with
 * @param nanos the monotonic clock, for measuring
 * @param holder who opens the journal, in a few words, for the message that a second one gets
 * @param queuedMax how many commands may wait to be written; default 10,000
 * @param batchMax how many commands go into one transaction; default 512
 * @param readers how many threads and connections read, default 3
 * @param queuedReadsMax how many reads may wait for one of them; default 1,000
 * @param readMax how long one read may take; default 5 s
 * @param busyMax how long another process may hold the database's write lock; default 5 s
 * @param queuedBytesMax how long, in characters, the values of commands that wait may be together;
 *     default 64 Mi
 * @param logBytesMax how long the write-ahead log may become while another program keeps it from
 *     being carried over; default 1 GiB
 */
public record SqliteOptions(
    InstantSource clock,
    LongSupplier nanos,
    String holder,
    int queuedMax,
    int batchMax,
    int readers,
    int queuedReadsMax,
    Duration readMax,
    Duration busyMax,
    long queuedBytesMax,
    long logBytesMax) {

  public SqliteOptions {
    requireNonNull(clock, "clock");
    requireNonNull(nanos, "nanos");
    requireNonNull(holder, "holder");
    requireNonNull(readMax, "readMax");
    requireNonNull(busyMax, "busyMax");
    if (queuedMax < 1
        || batchMax < 1
        || readers < 1
        || queuedReadsMax < 1
        || queuedBytesMax < 1
        || logBytesMax < 1) {
      throw new IllegalArgumentException("Bounds must be positive.");
    }
  }

  /** The defaults. */
  public static SqliteOptions with(InstantSource clock, LongSupplier nanos) {
    return new SqliteOptions(
        clock,
        nanos,
        "perdure",
        10_000,
        512,
        3,
        1_000,
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        64 << 20,
        1 << 30);
  }

  public SqliteOptions heldBy(String who) {
    return new SqliteOptions(
        clock,
        nanos,
        who,
        queuedMax,
        batchMax,
        readers,
        queuedReadsMax,
        readMax,
        busyMax,
        queuedBytesMax,
        logBytesMax);
  }

  SqliteOptions reading(Duration atMost) {
    return new SqliteOptions(
        clock,
        nanos,
        holder,
        queuedMax,
        batchMax,
        readers,
        queuedReadsMax,
        atMost,
        busyMax,
        queuedBytesMax,
        logBytesMax);
  }

  SqliteOptions waitingForLock(Duration atMost) {
    return new SqliteOptions(
        clock,
        nanos,
        holder,
        queuedMax,
        batchMax,
        readers,
        queuedReadsMax,
        readMax,
        atMost,
        queuedBytesMax,
        logBytesMax);
  }

  SqliteOptions queueingBytes(long atMost) {
    return new SqliteOptions(
        clock,
        nanos,
        holder,
        queuedMax,
        batchMax,
        readers,
        queuedReadsMax,
        readMax,
        busyMax,
        atMost,
        logBytesMax);
  }

  SqliteOptions logging(long bytesMax) {
    return new SqliteOptions(
        clock,
        nanos,
        holder,
        queuedMax,
        batchMax,
        readers,
        queuedReadsMax,
        readMax,
        busyMax,
        queuedBytesMax,
        bytesMax);
  }

  SqliteOptions queueing(int commands, int reads) {
    return new SqliteOptions(
        clock,
        nanos,
        holder,
        commands,
        batchMax,
        readers,
        reads,
        readMax,
        busyMax,
        queuedBytesMax,
        logBytesMax);
  }
}
