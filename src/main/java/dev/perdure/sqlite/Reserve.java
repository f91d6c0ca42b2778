package dev.perdure.sqlite;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Space that is kept for the day on which there is none: a file that does nothing but take it up.
 * What a full log holds can only be carried over into a database that can grow; a log that has
 * taken the last of the space could never be emptied again. So the file is given up when the disk
 * is full, the log is carried over, and nothing is written before the file stands again. Belongs to
 * the writer's thread.
 */
final class Reserve {

  /** What a log that is due may need, and one transaction of usual size more. */
  private static final long BYTES_MAX = 6 << 20;

  /** Of small disks it takes this part. */
  private static final int PART = 8;

  private static final long UNKNOWN = Long.MAX_VALUE / 2;
  private static final int CHUNK_BYTES = 64 << 10;

  private final Path file;
  private final @Nullable FileStore store;
  private final long bytes;

  /** Whether the system says how much space there is. */
  private final boolean isTold;

  private boolean stands;

  Reserve(Path directory) {
    this.file = directory.resolve("perdure.reserve");
    this.store = storeOf(directory);
    long total = total(store);
    this.isTold = total < UNKNOWN;
    this.bytes = Math.min(BYTES_MAX, total / PART);
  }

  private static @Nullable FileStore storeOf(Path directory) {
    try {
      return Files.getFileStore(directory);
    } catch (IOException e) {
      return null;
    }
  }

  private static long total(@Nullable FileStore store) {
    try {
      long total = store == null ? 0 : store.getTotalSpace();
      return total == 0 ? UNKNOWN : Math.min(UNKNOWN, total);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** How much is kept. */
  long bytes() {
    return bytes;
  }

  /** How much is left beside it; more than is ever asked for where the system does not say. */
  long usable() {
    try {
      return store == null || !isTold ? UNKNOWN : Math.min(UNKNOWN, store.getUsableSpace());
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /**
   * Takes the space unless it is taken; false when there is not enough. Where the file can not be
   * written for another reason there is none, and SQLite will say what is wrong.
   */
  boolean take() {
    if (stands) {
      return true;
    }
    try {
      if (!Files.isRegularFile(file, NOFOLLOW_LINKS) || Files.size(file) < bytes) {
        Files.deleteIfExists(file);
        // Not to take the last of the space from others, only to find that it does not suffice.
        if (usable() < bytes) {
          return false;
        }
        fill();
      }
      stands = true;
    } catch (IOException e) {
      release();
      stands = usable() >= bytes;
    }
    return stands;
  }

  private void fill() throws IOException {
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel = FileChannel.open(file, options, mode)) {
      var zeros = ByteBuffer.allocate(CHUNK_BYTES);
      for (long left = bytes; left > 0; left -= zeros.limit()) {
        zeros.clear().limit((int) Math.min(left, CHUNK_BYTES));
        while (zeros.hasRemaining()) {
          channel.write(zeros);
        }
      }
    }
  }

  /** Gives the space to whoever needs it first, which should be the log. */
  void release() {
    stands = false;
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It is as if there had been none.
    }
  }
}
