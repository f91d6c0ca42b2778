package dev.perdure.sqlite;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The bounds of a journal and where it takes time from. Does not change once somebody has it: each
 * method that changes something answers a changed copy.
 */
public final class SqliteOptions {

  private final InstantSource clock;
  private final LongSupplier nanos;
  private String holder = "perdure";
  private int queuedMax = 10_000;
  private long queuedBytesMax = 64 << 20;
  private int batchMax = 512;
  private int readers = 3;
  private int queuedReadsMax = 1_000;
  private Duration readMax = Duration.ofSeconds(5);
  private Duration busyMax = Duration.ofSeconds(5);
  private long logBytesMax = 1 << 30;

  private SqliteOptions(InstantSource clock, LongSupplier nanos) {
    this.clock = requireNonNull(clock, "clock");
    this.nanos = requireNonNull(nanos, "nanos");
  }

  /** The defaults. */
  public static SqliteOptions with(InstantSource clock, LongSupplier nanos) {
    return new SqliteOptions(clock, nanos);
  }

  private SqliteOptions but(Consumer<SqliteOptions> change) {
    var copy = new SqliteOptions(clock, nanos);
    copy.holder = holder;
    copy.queuedMax = queuedMax;
    copy.queuedBytesMax = queuedBytesMax;
    copy.batchMax = batchMax;
    copy.readers = readers;
    copy.queuedReadsMax = queuedReadsMax;
    copy.readMax = readMax;
    copy.busyMax = busyMax;
    copy.logBytesMax = logBytesMax;
    change.accept(copy);
    return copy;
  }

  private static long positive(long bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("Bounds must be positive.");
    }
    return bound;
  }

  public SqliteOptions heldBy(String who) {
    requireNonNull(who, "who");
    return but(copy -> copy.holder = who);
  }

  SqliteOptions reading(Duration atMost) {
    requireNonNull(atMost, "atMost");
    return but(copy -> copy.readMax = atMost);
  }

  SqliteOptions waitingForLock(Duration atMost) {
    requireNonNull(atMost, "atMost");
    return but(copy -> copy.busyMax = atMost);
  }

  SqliteOptions queueingBytes(long atMost) {
    return but(copy -> copy.queuedBytesMax = positive(atMost));
  }

  SqliteOptions logging(long bytesMax) {
    return but(copy -> copy.logBytesMax = positive(bytesMax));
  }

  SqliteOptions queueing(int commands, int reads) {
    return but(copy -> {
      copy.queuedMax = Math.toIntExact(positive(commands));
      copy.queuedReadsMax = Math.toIntExact(positive(reads));
    });
  }

  /** What the claim's holder and migrations are dated with. */
  public InstantSource clock() {
    return clock;
  }

  /** The monotonic clock, for measuring. */
  public LongSupplier nanos() {
    return nanos;
  }

  /** Who opens the journal, in a few words, for the message that a second one gets. */
  public String holder() {
    return holder;
  }

  /** How many commands may wait to be written; default 10,000. */
  public int queuedMax() {
    return queuedMax;
  }

  /** How long, in characters, the values of commands that wait may be together; default 64 Mi. */
  public long queuedBytesMax() {
    return queuedBytesMax;
  }

  /** How many commands go into one transaction; default 512. */
  public int batchMax() {
    return batchMax;
  }

  /** How many threads and connections read; default 3. */
  public int readers() {
    return readers;
  }

  /** How many reads may wait for one of them; default 1,000. */
  public int queuedReadsMax() {
    return queuedReadsMax;
  }

  /** How long one read may take; default 5 s. */
  public Duration readMax() {
    return readMax;
  }

  /** How long another process may hold the database's write lock; default 5 s. */
  public Duration busyMax() {
    return busyMax;
  }

  /**
   * How long the write-ahead log may become while another program keeps it from being carried over;
   * default 1 GiB.
   */
  public long logBytesMax() {
    return logBytesMax;
  }
}
