package dev.perdure.torture.storage;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Arms the faults of {@code faults.c} while a process runs under it, and reads what it has called:
 * the other side of the file that it maps. Used by one thread at a time.
 */
final class FaultControl {

  static final int DATABASE = 1;
  static final int LOG = 2;
  static final int DATABASE_AND_LOG = DATABASE | LOG;
  static final int SHARED_MEMORY = 4;
  static final int ALL_FILES = 31;

  /** Where each number stands in the file. */
  private static final int ACTION = 0;

  private static final int KINDS = 1;
  private static final int NTH = 2;
  private static final int EVER = 3;
  private static final int MILLIS = 4;
  private static final int FILES = 5;
  private static final int MATCHED = 6;
  private static final int HITS = 7;
  private static final int BYTES = 256;

  /** What is called. */
  enum Kind {
    OPEN,
    WRITE,
    SYNC,
    TRUNCATE,
    UNLINK,
    CLOSE,
    READ
  }

  /** What becomes of the call. */
  enum Action {
    NONE,
    EIO,
    ENOSPC,
    SHORT,
    KILL,
    KILL_HALF,
    KILL_AFTER,
    SLOW,
    EROFS
  }

  /**
   * A fault to come.
   *
   * @param nth counts the calls of this kind to these files, from 1 and from now on
   * @param forEver hits all calls after that one, too
   */
  record Fault(Kind kind, int files, long nth, Action action, boolean forEver, long millis) {

    Fault(Kind kind, int files, long nth, Action action, boolean forEver) {
      this(kind, files, nth, action, forEver, 0);
    }

    /** Does nothing but count. */
    static Fault none(Kind kind, int files) {
      return new Fault(kind, files, 1, Action.SLOW, true, 0);
    }
  }

  private final Path file;
  private final LongBuffer numbers;

  private FaultControl(Path file, LongBuffer numbers) {
    this.file = file;
    this.numbers = numbers;
  }

  /** A new control file, or one that a process is using already. */
  static FaultControl at(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.write(file, new byte[BYTES]);
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
      return new FaultControl(file, bytes.order(ByteOrder.nativeOrder()).asLongBuffer());
    }
  }

  /** What a process needs in its environment to be under this control. */
  Map<String, String> environment(Path library, Path below) throws IOException {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAULTS_BELOW", below.toRealPath().toString(),
        "FAULTS_CONTROL", file.toAbsolutePath().toString());
  }

  void arm(Fault fault) {
    disarm();
    numbers.put(KINDS, 1L << fault.kind().ordinal());
    numbers.put(NTH, fault.nth());
    numbers.put(EVER, fault.forEver() ? 1 : 0);
    numbers.put(MILLIS, fault.millis());
    numbers.put(FILES, fault.files());
    numbers.put(MATCHED, 0);
    numbers.put(HITS, 0);
    numbers.put(ACTION, fault.action().ordinal());
  }

  /** From now on nothing fails. */
  void disarm() {
    numbers.put(ACTION, 0);
  }

  /** Calls since the fault was armed that it could have hit. */
  long matched() {
    return numbers.get(MATCHED);
  }

  /** Calls that the fault has hit. */
  long hits() {
    return numbers.get(HITS);
  }
}
