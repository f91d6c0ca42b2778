package dev.perdure.torture.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A small file system in memory, which can be filled. Needs the right to mount. */
final class MemoryDisk implements AutoCloseable {

  private final Path mounted;

  private MemoryDisk(Path mounted) {
    this.mounted = mounted;
  }

  /** Mounts an empty one of so many MiB; null where that is not allowed. */
  static @Nullable MemoryDisk at(Path directory, int mib) throws IOException {
    Files.createDirectories(directory);
    var options = "size=" + mib + "m";
    return isDone("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString())
        ? new MemoryDisk(directory)
        : null;
  }

  /** Whoever used it must have ended. */
  @Override
  public void close() throws IOException {
    if (!isDone("umount", mounted.toString())) {
      throw new IOException("It is still in use: " + mounted);
    }
  }

  private static boolean isDone(String... command) throws IOException {
    return new ProcessBuilder(command).start().onExit().join().exitValue() == 0;
  }
}
