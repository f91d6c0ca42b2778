package dev.perdure.torture.power;

import dev.perdure.torture.Trees;
import dev.perdure.torture.power.Disk.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lays out in real files what a power cut leaves behind. Fast, because states that follow each
 * other differ little: files are kept under their own names and only linked to those they have in a
 * state.
 */
final class Stage implements AutoCloseable {

  private final Path directory;
  private final Path files;
  private final Path state;
  private final Map<DiskFile, Copy> copies = new IdentityHashMap<>();
  private final Map<Path, DiskFile> linked = new HashMap<>();

  /** In a directory of its own, which is best held in memory and goes with it. */
  Stage(Path directory) throws IOException {
    this.directory = directory;
    this.files = Files.createDirectories(directory.resolve("files"));
    this.state = Files.createDirectories(directory.resolve("state"));
  }

  /** What the disk's root has become. */
  Path state() {
    return state;
  }

  void lay(Disk disk, Survival.Fate fate) throws IOException {
    var wanted = survivors(disk, fate);
    for (var file : wanted.values()) {
      copyOf(file).become(fate.ofFile(file.pendingCount()));
    }
    link(wanted);
  }

  /** The files whose names survive, below the state's directory. */
  private Map<Path, DiskFile> survivors(Disk disk, Survival.Fate fate) {
    var names = disk.syncedNames();
    for (var naming : disk.namings()) {
      if (fate.keepsName()) {
        naming.applyTo(names);
      }
    }
    var survivors = new TreeMap<Path, DiskFile>();
    names.forEach((path, entry) -> {
      if (entry instanceof Entry.Regular(var file) && isReachable(disk, names, path)) {
        survivors.put(state.resolve(disk.root().relativize(path)), file);
      }
    });
    return survivors;
  }

  private static boolean isReachable(Disk disk, Map<Path, Entry> names, Path path) {
    for (var at = path.getParent(); !at.equals(disk.root()); at = at.getParent()) {
      if (!(names.get(at) instanceof Entry.Directory)) {
        return false;
      }
    }
    return true;
  }

  private Copy copyOf(DiskFile file) throws IOException {
    var copy = copies.get(file);
    if (copy == null) {
      copy = new Copy(file, files.resolve(Integer.toString(copies.size())));
      copies.put(file, copy);
    }
    return copy;
  }

  private void link(Map<Path, DiskFile> wanted) throws IOException {
    if (linked.equals(wanted)) {
      return;
    }
    Trees.empty(state);
    linked.clear();
    for (var entry : wanted.entrySet()) {
      Files.createDirectories(entry.getKey().getParent());
      Files.createLink(entry.getKey(), copyOf(entry.getValue()).place());
    }
    linked.putAll(wanted);
  }

  /** The length of a file of the state; empty when it is not there. */
  Optional<Integer> length(Path path) {
    return Optional.ofNullable(linked.get(path)).map(file -> copies.get(file).length());
  }

  /** Whoever looked at the state may have changed it. */
  void distrust() {
    linked.values().forEach(file -> copies.get(file).distrust());
    linked.clear();
  }

  @Override
  public void close() throws IOException {
    for (var copy : copies.values()) {
      copy.close();
    }
    Trees.delete(directory);
  }
}
