package dev.perdure.torture.power;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code trace.c} has written down, in its order.
 *
 * @param file where that is
 * @param disk the directory whose files were traced
 */
record Trace(Path file, Path disk, List<Event> events) {

  private static final int HEADER_BYTES = 32;
  private static final int O_TRUNC = 0x200;

  /** No process has as many files open. */
  private static final int FD_BEFORE = 1 << 20;

  Trace {
    events = List.copyOf(events);
  }

  /** Reads a whole trace. A last record without an end was cut off by a kill and is left out. */
  static Trace read(Path file, Path disk) throws IOException {
    try (var channel = FileChannel.open(file)) {
      var all = channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
      var events = new ArrayList<Event>();
      long at = 0;
      while (at + HEADER_BYTES <= all.byteSize()) {
        long length = all.get(JAVA_INT_UNALIGNED, at);
        if (at + HEADER_BYTES + length > all.byteSize()) {
          break;
        }
        events.add(event(all.asSlice(at, HEADER_BYTES), all.asSlice(at + HEADER_BYTES, length)));
        at += HEADER_BYTES + length;
      }
      return new Trace(file, disk, events);
    }
  }

  /** The same on a disk on which this file lay before, synced with its name and its directory's. */
  Trace behind(OldFile old) {
    var directory = old.path().getParent();
    var all = new ArrayList<Event>();
    all.add(new Event.MadeDirectory(directory));
    all.add(new Event.Opened(FD_BEFORE, old.path(), true, false));
    all.add(new Event.Written(FD_BEFORE, 0, MemorySegment.ofArray(old.content())));
    all.addAll(syncAndClose());
    for (var holder : List.of(directory, disk)) {
      all.add(new Event.Opened(FD_BEFORE, holder, false, false));
      all.addAll(syncAndClose());
    }
    // A place for each of its promises.
    old.promises().stream()
        .mapToInt(Promise::place)
        .distinct()
        .forEach(place -> all.add(place, new Event.Noted("")));
    all.addAll(events);
    return new Trace(file, disk, all);
  }

  private static List<Event> syncAndClose() {
    return List.of(
        new Event.SyncBegun(FD_BEFORE, 0),
        new Event.Synced(FD_BEFORE, 0),
        new Event.Closed(FD_BEFORE));
  }

  /** The same on a disk that lies about the last sync before this place. */
  Trace lyingBefore(int place) {
    int last = place;
    while (!(events.get(last) instanceof Event.Synced)) {
      last--;
    }
    var changed = new ArrayList<>(events);
    changed.set(last, new Event.Noted(""));
    return new Trace(file, disk, changed);
  }

  private static Event event(MemorySegment header, MemorySegment bytes) {
    int fd = header.get(JAVA_INT_UNALIGNED, 8);
    int thread = header.get(JAVA_INT_UNALIGNED, 12);
    long a = header.get(JAVA_LONG_UNALIGNED, 16);
    long b = header.get(JAVA_LONG_UNALIGNED, 24);
    int kind = header.get(JAVA_BYTE, 4);
    return switch (kind) {
      case 1 -> new Event.Opened(fd, Path.of(text(bytes)), b == 1, (a & O_TRUNC) != 0);
      case 2 -> new Event.Written(fd, a, bytes);
      case 3 -> new Event.SyncBegun(fd, thread);
      case 4 -> new Event.Synced(fd, thread);
      case 5 -> new Event.Truncated(fd, a);
      case 6 -> new Event.Unlinked(Path.of(text(bytes)));
      case 7 -> renamed(text(bytes), (int) a);
      case 8 -> new Event.Closed(fd);
      case 9 -> new Event.MadeDirectory(Path.of(text(bytes)));
      case 10 -> new Event.Noted(text(bytes));
      case 11 -> new Event.Sent(fd, text(bytes));
      case 12 -> new Event.Received(fd, text(bytes));
      case 13 -> throw new IllegalStateException("Can not be replayed: " + text(bytes));
      default -> throw new IllegalStateException("Not a kind of record: " + kind);
    };
  }

  private static Event renamed(String both, int length) {
    return new Event.Renamed(Path.of(both.substring(0, length)), Path.of(both.substring(length)));
  }

  private static String text(MemorySegment bytes) {
    return new String(bytes.toArray(JAVA_BYTE), ISO_8859_1);
  }
}
