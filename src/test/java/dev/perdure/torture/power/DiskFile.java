package dev.perdure.torture.power;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Queue;

/** The content of a file: what a sync has covered, and what has been done to it since. */
final class DiskFile {

  /** Something done to the content; numbers rise. */
  sealed interface Change {
    long number();
  }

  record Write(long number, int offset, MemorySegment bytes) implements Change {}

  record Cut(long number, int length) implements Change {}

  /** In which parts copies are kept up to date. */
  static final int BLOCK = 16 << 10;

  private byte[] synced = new byte[0];
  private int length;
  private final Queue<Change> pending = new ArrayDeque<>();
  private long changes;

  /** The blocks whose synced content has changed and was not looked at since. */
  private final BitSet touched = new BitSet();

  /** A file that was there, with this content, before the trace began. */
  static DiskFile of(byte[] content) {
    var file = new DiskFile();
    file.synced = content.clone();
    file.length = content.length;
    file.touch(0, content.length);
    return file;
  }

  void write(long offset, MemorySegment bytes) {
    pending.add(new Write(++changes, Math.toIntExact(offset), bytes));
  }

  void cut(long newLength) {
    pending.add(new Cut(++changes, Math.toIntExact(newLength)));
  }

  /** The number of the latest change. */
  long changes() {
    return changes;
  }

  /** What has not been covered by a sync, in order. */
  Iterable<Change> pending() {
    return pending;
  }

  int pendingCount() {
    return pending.size();
  }

  /** A sync has covered everything up to this number. */
  void sync(long upTo) {
    for (var next = pending.peek(); next != null && next.number() <= upTo; next = pending.peek()) {
      pending.remove();
      switch (next) {
        case Write(_, var offset, var bytes) -> put(offset, bytes);
        case Cut(_, var newLength) -> resize(newLength);
      }
    }
  }

  private void put(int offset, MemorySegment bytes) {
    int size = Math.toIntExact(bytes.byteSize());
    if (offset + size > length) {
      resize(offset + size);
    }
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, synced, offset, size);
    touch(offset, offset + size);
  }

  private void resize(int newLength) {
    if (newLength > synced.length) {
      synced = Arrays.copyOf(synced, Math.max(newLength, 2 * synced.length));
    } else if (newLength < length) {
      Arrays.fill(synced, newLength, length, (byte) 0);
    }
    touch(Math.min(length, newLength), Math.max(length, newLength));
    length = newLength;
  }

  private void touch(int from, int to) {
    touched.set(from / BLOCK, (to + BLOCK - 1) / BLOCK);
  }

  /** The blocks whose synced content has changed since this was asked before. */
  BitSet takeTouched() {
    var taken = (BitSet) touched.clone();
    touched.clear();
    return taken;
  }

  /** What syncs have covered; valid up to {@link #length} and zero behind it. Not to be changed. */
  byte[] synced() {
    return synced;
  }

  int length() {
    return length;
  }
}
