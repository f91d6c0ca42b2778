package dev.perdure.torture.power;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Something that a traced process did, or was told. The preloaded library explains each. */
sealed interface Event {

  record Opened(int fd, Path path, boolean isCreated, boolean isEmptied) implements Event {}

  record Written(int fd, long offset, MemorySegment bytes) implements Event {}

  record Truncated(int fd, long length) implements Event {}

  /** What was written before this is covered by the sync that begins. */
  record SyncBegun(int fd, int thread) implements Event {}

  /** The sync that this thread had begun has succeeded. */
  record Synced(int fd, int thread) implements Event {}

  record Closed(int fd) implements Event {}

  record Unlinked(Path path) implements Event {}

  record Renamed(Path from, Path to) implements Event {}

  record MadeDirectory(Path path) implements Event {}

  /** A line for a ledger, about to be written. */
  record Noted(String text) implements Event {}

  /** About to be sent on a socket. */
  record Sent(int fd, String text) implements Event {}

  record Received(int fd, String text) implements Event {}
}
