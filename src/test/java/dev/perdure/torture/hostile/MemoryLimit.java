package dev.perdure.torture.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A control group whose processes the kernel kills when they take more memory together than this.
 * Needs root, and the memory controller in one of its two versions.
 */
final class MemoryLimit implements AutoCloseable {

  private static final Path CONTROL_GROUPS = Path.of("/sys/fs/cgroup");

  private final Path group;

  private MemoryLimit(Path group) {
    this.group = group;
  }

  /** A new one; null where it can not be had. */
  static @Nullable MemoryLimit of(long bytes) throws IOException {
    var second = of(CONTROL_GROUPS, "memory.max", bytes);
    return second == null
        ? of(CONTROL_GROUPS.resolve("memory"), "memory.limit_in_bytes", bytes)
        : second;
  }

  private static @Nullable MemoryLimit of(Path parent, String limit, long bytes)
      throws IOException {
    if (!Files.isWritable(parent) || !Files.exists(parent.resolve("cgroup.procs"))) {
      return null;
    }
    var group = parent.resolve("perdure-torture-" + ProcessHandle.current().pid());
    Files.createDirectory(group);
    if (!Files.exists(group.resolve(limit))) {
      Files.delete(group);
      return null;
    }
    Files.writeString(group.resolve(limit), Long.toString(bytes));
    return new MemoryLimit(group);
  }

  /** What stands before a command that is to be in it. */
  List<String> command() {
    return List.of("sh", "-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\"", group.toString());
  }

  /** Whoever was in it must have ended. */
  @Override
  public void close() throws IOException {
    Files.delete(group);
  }
}
