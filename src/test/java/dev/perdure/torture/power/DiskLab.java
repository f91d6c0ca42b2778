package dev.perdure.torture.power;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A simulated disk with one directory, and what is left of it, in short. */
final class DiskLab implements AutoCloseable {

  private static final int DIRECTORY = 99;

  private final Path root = Path.of("/disk");
  private final Disk disk = new Disk(root);
  private final Stage stage;

  DiskLab(Path directory) throws IOException {
    stage = new Stage(directory);
  }

  void create(String name, int fd) {
    disk.apply(new Event.Opened(fd, root.resolve(name), true, false));
  }

  void write(int fd, long offset, String text) {
    disk.apply(new Event.Written(fd, offset, MemorySegment.ofArray(text.getBytes(US_ASCII))));
  }

  void cut(int fd, long length) {
    disk.apply(new Event.Truncated(fd, length));
  }

  void delete(String name) {
    disk.apply(new Event.Unlinked(root.resolve(name)));
  }

  void sync(int fd) {
    disk.apply(new Event.SyncBegun(fd, 1));
    disk.apply(new Event.Synced(fd, 1));
  }

  void syncDirectory() {
    disk.apply(new Event.Opened(DIRECTORY, root, false, false));
    sync(DIRECTORY);
    disk.apply(new Event.Closed(DIRECTORY));
  }

  /** Each file as its sectors: what they are filled with (z for zero) and their length. */
  List<String> left(Survival.Kind kind) throws IOException {
    return left(new Survival(kind, 0), 0);
  }

  /** All that can be left of the files, as far as so many tries show it. */
  Set<String> leftByChance(int tries) throws IOException {
    var all = new TreeSet<String>();
    for (int i = 0; i < tries; i++) {
      all.addAll(left(new Survival(Survival.Kind.SOME, 1), i));
    }
    return all;
  }

  private List<String> left(Survival survival, int place) throws IOException {
    stage.lay(disk, survival.at(place));
    var files = new ArrayList<String>();
    try (var all = Files.newDirectoryStream(stage.state())) {
      for (var file : all) {
        files.add(sectors(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private static String sectors(byte[] bytes) {
    var sectors = new ArrayList<String>();
    for (int at = 0; at < bytes.length; at += Survival.SECTOR) {
      int length = Math.min(Survival.SECTOR, bytes.length - at);
      sectors.add((bytes[at] == 0 ? "z" : Character.toString(bytes[at])) + length);
    }
    return String.join(" ", sectors);
  }

  @Override
  public void close() throws IOException {
    stage.close();
  }
}
