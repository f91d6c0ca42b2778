package dev.perdure.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a directory: first within this JVM, then among processes. Both are needed, in
 * this order: class loaders do not see each other's file locks, and closing a second channel on the
 * lock file would drop the first one's lock.
 */
final class DirectoryClaim implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(DirectoryClaim.class.getName());
  private static final String PROPERTY = "perdure.claim:";
  private static final int HOLDER_BYTES_MAX = 1_000;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final String property;
  private final String token;
  private final FileChannel channel;
  private boolean released;

  private DirectoryClaim(Path directory, String property, String token, FileChannel channel) {
    this.directory = directory;
    this.property = property;
    this.token = token;
    this.channel = channel;
  }

  /** Claims the directory, which is created when it is absent. */
  static DirectoryClaim of(Path directory, String who, Instant since) {
    var real = existing(directory);
    var property = PROPERTY + real;
    var holder = describe(who, since);
    var token = holder + " #" + Integer.toHexString(System.identityHashCode(new Object()));
    var other = System.getProperties().putIfAbsent(property, token);
    if (other != null) {
      throw owned(real, other.toString().replaceFirst(" #.*", ""));
    }
    try {
      return new DirectoryClaim(real, property, token, lock(real, holder));
    } catch (RuntimeException e) {
      System.getProperties().remove(property, token);
      throw e;
    }
  }

  /**
   * Asks whether an engine has the directory, without claiming it and without changing anything. A
   * directory of this JVM is known without a look at its lock file: to close a second handle on it
   * would drop the lock.
   *
   * @throws JournalException.Owned when one has
   */
  static void requireFree(Path directory) throws IOException {
    var real = directory.toRealPath();
    var own = System.getProperty(PROPERTY + real);
    if (own != null) {
      throw owned(real, own.replaceFirst(" #.*", ""));
    }
    var file = real.resolve("perdure.lock");
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
        throw owned(real, read(channel));
      }
    } catch (OverlappingFileLockException e) {
      throw owned(real, "this process");
    }
  }

  /** The directory's real path. */
  Path directory() {
    return directory;
  }

  @Override
  public synchronized void close() {
    if (released) {
      return;
    }
    released = true;
    try {
      channel.truncate(0);
    } catch (IOException e) {
      // The holder's name stays behind; whoever comes next overwrites it.
    }
    closeQuietly(channel);
    System.getProperties().remove(property, token);
  }

  private static Path existing(Path directory) {
    try {
      make(directory.toAbsolutePath());
      return directory.toRealPath();
    } catch (IOException e) {
      throw new JournalException.Failed(
          "The data directory " + directory + " can not be used: " + DatabaseFile.inWords(e), e);
    }
  }

  /**
   * Makes it, and what is above it, if it is absent. The syncs of SQLite cover what is in it and
   * not its own name, without which all of that is lost when the power goes. Its name is synced
   * when it was there too: who made it may have been killed before that.
   */
  private static void make(Path directory) throws IOException {
    var parent = directory.getParent();
    if (parent == null) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      make(parent);
      Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    }
    syncNames(parent);
  }

  private static void syncNames(Path directory) throws IOException {
    try (var names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    } catch (AccessDeniedException e) {
      // Who may not read it has not made what is in it.
    }
  }

  private static FileChannel lock(Path directory, String holder) {
    @Nullable FileChannel channel = null;
    try {
      channel = open(directory.resolve("perdure.lock"));
      if (tryLock(channel) == null) {
        throw owned(directory, read(channel));
      }
      name(channel, holder);
      return channel;
    } catch (IOException e) {
      closeQuietly(channel);
      throw new JournalException.Failed(
          "The data directory " + directory + " can not be locked: " + DatabaseFile.inWords(e), e);
    } catch (JournalException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        OWNER_ONLY);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Leaves our name for others. The lock holds without it, which matters when the disk is full. */
  static void name(FileChannel channel, String holder) {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((holder + "\n").getBytes(UTF_8)), 0);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "The lock is ours, but does not say so: {0}.", DatabaseFile.inWords(e));
    }
  }

  private static String read(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(HOLDER_BYTES_MAX);
    channel.read(bytes, 0);
    var text = UTF_8.decode(bytes.flip()).toString().strip();
    return text.isEmpty() ? "another process" : text;
  }

  private static String describe(String who, Instant since) {
    return who + ", pid " + ProcessHandle.current().pid() + " on " + host() + " since " + since;
  }

  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      var name = System.getenv("HOSTNAME");
      return name == null ? "unknown host" : name;
    }
  }

  private static JournalException.Owned owned(Path directory, String holder) {
    return new JournalException.Owned(
        "The data directory " + directory + " is in use by " + holder + ".", holder);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing follows from it: the lock is gone with the descriptor.
    }
  }
}
