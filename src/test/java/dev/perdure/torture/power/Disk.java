package dev.perdure.torture.power;

import dev.perdure.torture.power.Event.Closed;
import dev.perdure.torture.power.Event.MadeDirectory;
import dev.perdure.torture.power.Event.Noted;
import dev.perdure.torture.power.Event.Opened;
import dev.perdure.torture.power.Event.Received;
import dev.perdure.torture.power.Event.Renamed;
import dev.perdure.torture.power.Event.Sent;
import dev.perdure.torture.power.Event.SyncBegun;
import dev.perdure.torture.power.Event.Synced;
import dev.perdure.torture.power.Event.Truncated;
import dev.perdure.torture.power.Event.Unlinked;
import dev.perdure.torture.power.Event.Written;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A disk as POSIX promises it and no better: a sync of a file covers its content and length, and
 * only a sync of its directory covers its name. Between syncs nothing has an order.
 */
final class Disk {

  /** What a name leads to. */
  sealed interface Entry {
    record Directory() implements Entry {}

    record Regular(DiskFile content) implements Entry {}
  }

  /**
   * Names of one directory that change together; empty for one that goes away.
   *
   * @param number rises
   */
  record Naming(long number, Path directory, Map<Path, Optional<Entry>> changes) {

    void applyTo(Map<Path, Entry> names) {
      changes.forEach((path, entry) ->
          entry.ifPresentOrElse(it -> names.put(path, it), () -> names.remove(path)));
    }
  }

  private record Sync(int fd, int thread) {}

  private final Path root;
  private final Map<Path, Entry> names = new HashMap<>();
  private final Map<Path, Entry> syncedNames = new HashMap<>();
  private final List<Naming> namings = new ArrayList<>();
  private final Map<Integer, Path> open = new HashMap<>();
  private final Map<Integer, Entry> openEntries = new HashMap<>();
  private final Map<Sync, Long> syncs = new HashMap<>();
  private long namingsMade;

  Disk(Path root) {
    this.root = root;
  }

  /** A file that was there, and safe, before the trace began. */
  void hold(Path path, Entry entry) {
    names.put(path, entry);
    syncedNames.put(path, entry);
  }

  void apply(Event event) {
    switch (event) {
      case Opened opened -> open(opened);
      case Written(var fd, var offset, var bytes) -> file(fd).write(offset, bytes);
      case Truncated(var fd, var length) -> file(fd).cut(length);
      case SyncBegun(var fd, var thread) -> syncs.put(new Sync(fd, thread), latest(fd));
      case Synced(var fd, var thread) -> sync(fd, syncs.remove(new Sync(fd, thread)));
      case Closed(var fd) -> {
        open.remove(fd);
        openEntries.remove(fd);
      }
      case Unlinked(var path) -> rename(Map.of(path, Optional.empty()));
      case Renamed(var from, var to) ->
          rename(Map.of(from, Optional.empty(), to, Optional.of(names.get(from))));
      case MadeDirectory(var path) -> rename(Map.of(path, Optional.of(new Entry.Directory())));
      case Noted _, Sent _, Received _ -> {}
    }
  }

  private void open(Opened opened) {
    var path = opened.path();
    if (opened.isCreated()) {
      rename(Map.of(path, Optional.of(new Entry.Regular(new DiskFile()))));
    }
    var entry = path.equals(root) ? new Entry.Directory() : names.get(path);
    if (entry == null) {
      throw new IllegalStateException(path + " was there before the trace began.");
    }
    open.put(opened.fd(), path);
    openEntries.put(opened.fd(), entry);
    if (opened.isEmptied() && !opened.isCreated()) {
      file(opened.fd()).cut(0);
    }
  }

  private DiskFile file(int fd) {
    if (openEntries.get(fd) instanceof Entry.Regular(var content)) {
      return content;
    }
    throw new IllegalStateException("No file is open as " + fd + ".");
  }

  private long latest(int fd) {
    return openEntries.get(fd) instanceof Entry.Regular(var content)
        ? content.changes()
        : namingsMade;
  }

  private void sync(int fd, long upTo) {
    switch (openEntries.get(fd)) {
      case Entry.Regular(var content) -> content.sync(upTo);
      case Entry.Directory() -> syncNames(open.get(fd), upTo);
    }
  }

  private void syncNames(Path directory, long upTo) {
    for (Iterator<Naming> all = namings.iterator(); all.hasNext(); ) {
      var naming = all.next();
      if (naming.number() <= upTo && naming.directory().equals(directory)) {
        naming.applyTo(syncedNames);
        all.remove();
      }
    }
  }

  private void rename(Map<Path, Optional<Entry>> changes) {
    var directories = changes.keySet().stream().map(Path::getParent).distinct().toList();
    if (directories.size() > 1) {
      throw new IllegalStateException("Can not be replayed: a name moves to another directory.");
    }
    var naming = new Naming(++namingsMade, directories.getFirst(), changes);
    namings.add(naming);
    naming.applyTo(names);
  }

  /** The names that syncs have covered. */
  Map<Path, Entry> syncedNames() {
    return new LinkedHashMap<>(syncedNames);
  }

  /** What has happened to names and was not covered by a sync, in order. */
  List<Naming> namings() {
    return List.copyOf(namings);
  }

  Path root() {
    return root;
  }
}
