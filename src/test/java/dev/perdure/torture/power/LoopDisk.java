package dev.perdure.torture.power;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An ext4 file system of its own in a file, whose power can be cut: the kernel is told to shut it
 * down, and then nothing that was not synced reaches the file any more. Needs root and a loop
 * device.
 */
public final class LoopDisk implements AutoCloseable {

  private static final long BYTES = 512L << 20;

  /** {@code _IOR('X', 125, __u32)}. */
  private static final long EXT4_IOC_SHUTDOWN = 0x8004587dL;

  /** Throws away also what the file system's own journal holds in memory. */
  private static final int NO_LOG_FLUSH = 2;

  private static final int O_RDONLY = 0;

  private final Path image;
  private final Path mount;
  private boolean isMounted;

  private LoopDisk(Path image, Path mount) {
    this.image = image;
    this.mount = mount;
  }

  /** Makes an empty one in this directory and mounts it. */
  public static LoopDisk in(Path directory) throws IOException {
    var image = Files.createDirectories(directory).resolve("disk.img");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    run("mkfs.ext4", "-q", "-F", image.toString());
    var disk = new LoopDisk(image, Files.createDirectories(directory.resolve("mnt")));
    disk.mount();
    return disk;
  }

  /** Why there can be none here; empty when there can. */
  public static Optional<String> obstacle(Path directory) {
    try (var disk = in(directory)) {
      disk.cutPower();
      return Optional.empty();
    } catch (IOException | IllegalStateException e) {
      return Optional.of("No power can be cut without root and a loop device: " + e.getMessage());
    }
  }

  /** Where its files are. */
  public Path root() {
    return mount;
  }

  /** From now on nothing reaches the disk. */
  void cutPower() throws IOException {
    int answer = ioctl(mount, EXT4_IOC_SHUTDOWN, NO_LOG_FLUSH);
    if (answer != 0) {
      throw new IOException("The kernel does not shut down the file system at " + mount + ".");
    }
  }

  /**
   * From now on it refuses to be written, as after an error of its own that it has found: whoever
   * has files open for writing keeps them. (The kernel does not turn it read-only in good order as
   * long as there are such.)
   */
  public void turnReadOnly() throws IOException {
    run("mount", "-o", "remount,abort", mount.toString());
  }

  /** As after the power is back: recovers from the file system's own journal. */
  public void mountAgain() throws IOException {
    unmount();
    mount();
  }

  private void mount() throws IOException {
    run("mount", "-t", "ext4", "-o", "loop", image.toString(), mount.toString());
    isMounted = true;
  }

  private void unmount() throws IOException {
    if (isMounted) {
      run("umount", mount.toString());
      isMounted = false;
    }
  }

  /** Whoever used it must have ended. */
  @Override
  public void close() throws IOException {
    unmount();
    Files.deleteIfExists(image);
  }

  private static void run(String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
    }
  }

  private static int ioctl(Path directory, long request, int argument) throws IOException {
    try (var arena = Arena.ofConfined()) {
      int fd = open(arena.allocateFrom(directory.toString()));
      if (fd < 0) {
        throw new IOException("It can not be opened: " + directory);
      }
      try {
        return ioctl(fd, request, arena.allocateFrom(JAVA_INT, argument));
      } finally {
        close(fd);
      }
    }
  }

  private static int open(MemorySegment path) {
    return call("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2, path, O_RDONLY);
  }

  private static int ioctl(int fd, long request, MemorySegment argument) {
    return call(
        "ioctl",
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
        2,
        fd,
        request,
        argument);
  }

  private static void close(int fd) {
    call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 1, fd);
  }

  /**
   * Calls the C library, which is as restricted as the kernel's call is; from that argument on they
   * are variadic where there are so many.
   */
  @SuppressWarnings("restricted")
  private static int call(
      String name, FunctionDescriptor type, int firstVariadic, Object... arguments) {
    var linker = Linker.nativeLinker();
    var address = linker.defaultLookup().findOrThrow(name);
    var function =
        type.argumentLayouts().size() > firstVariadic
            ? linker.downcallHandle(address, type, Linker.Option.firstVariadicArg(firstVariadic))
            : linker.downcallHandle(address, type);
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("The C library can not be called: " + name, e);
    }
  }
}
