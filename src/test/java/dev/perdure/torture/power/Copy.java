package dev.perdure.torture.power;

import static dev.perdure.torture.power.DiskFile.BLOCK;
import static dev.perdure.torture.power.Survival.SECTOR;

import dev.perdure.torture.power.DiskFile.Cut;
import dev.perdure.torture.power.DiskFile.Write;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/** A real file with what is left of a {@link DiskFile}; only differences are written. */
final class Copy implements AutoCloseable {

  private final DiskFile file;
  private final Path place;
  private final FileChannel channel;
  private byte[] content = new byte[0];
  private int length;

  /** Blocks of the content that differ from what syncs have covered. */
  private final BitSet ahead = new BitSet();

  /** Blocks of the content that may differ from those of the real file. */
  private final BitSet unwritten = new BitSet();

  Copy(DiskFile file, Path place) throws IOException {
    this.file = file;
    this.place = place;
    this.channel = FileChannel.open(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ahead.set(0, blocks(file.synced().length));
  }

  Path place() {
    return place;
  }

  int length() {
    return length;
  }

  /** The real file may have been changed by others. */
  void distrust() {
    unwritten.set(0, blocks(content.length));
  }

  /** Makes the real file what is left of the other one. */
  void become(Survival.OfFile fate) throws IOException {
    goBack();
    int longest = length;
    for (var change : file.pending()) {
      boolean isKept = fate.keepsChange();
      switch (change) {
        case Write write -> {
          longest = Math.max(longest, write.offset() + (int) write.bytes().byteSize());
          if (isKept) {
            keep(write, fate);
          }
        }
        case Cut cut -> {
          if (isKept) {
            resize(cut.length());
            longest = length;
          }
        }
      }
    }
    if (longest > length && fate.keepsLength()) {
      resize(longest);
    }
    flush();
  }

  /** To what syncs have covered. */
  private void goBack() {
    ahead.or(file.takeTouched());
    int size = file.synced().length;
    if (content.length < size) {
      content = Arrays.copyOf(content, size);
    }
    for (int block = ahead.nextSetBit(0); block >= 0; block = ahead.nextSetBit(block + 1)) {
      int from = block * BLOCK;
      int upTo = Math.min(from + BLOCK, content.length);
      int known = Math.max(from, Math.min(upTo, size));
      if (from < upTo) {
        System.arraycopy(file.synced(), Math.min(from, size), content, from, known - from);
        Arrays.fill(content, known, upTo, (byte) 0);
      }
    }
    unwritten.or(ahead);
    ahead.clear();
    length = file.length();
  }

  /** Sectors are those of the disk, so a write that begins within one tears there too. */
  private void keep(Write write, Survival.OfFile fate) {
    int end = write.offset() + (int) write.bytes().byteSize();
    for (int at = write.offset(); at < end; ) {
      int next = Math.min((at / SECTOR + 1) * SECTOR, end);
      if (fate.keepsSector()) {
        put(at, write.bytes(), at - write.offset(), next - at);
      }
      at = next;
    }
  }

  private void put(int offset, MemorySegment bytes, int from, int size) {
    if (offset + size > length) {
      resize(offset + size);
    }
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, content, offset, size);
    touch(offset, offset + size);
  }

  private void resize(int newLength) {
    if (newLength > content.length) {
      content = Arrays.copyOf(content, Math.max(newLength, 2 * content.length));
    } else if (newLength < length) {
      Arrays.fill(content, newLength, length, (byte) 0);
    }
    touch(Math.min(length, newLength), Math.max(length, newLength));
    length = newLength;
  }

  private void touch(int from, int to) {
    ahead.set(from / BLOCK, blocks(to));
  }

  private static int blocks(int bytes) {
    return (bytes + BLOCK - 1) / BLOCK;
  }

  private void flush() throws IOException {
    unwritten.or(ahead);
    for (int from = unwritten.nextSetBit(0); from >= 0; ) {
      int to = unwritten.nextClearBit(from);
      int end = Math.min(to * BLOCK, length);
      if (from * BLOCK < end) {
        write(from * BLOCK, end);
      }
      from = unwritten.nextSetBit(to);
    }
    unwritten.clear();
    if (channel.size() > length) {
      channel.truncate(length);
    } else if (channel.size() < length) {
      channel.write(ByteBuffer.allocate(1), length - 1L);
    }
  }

  private void write(int from, int to) throws IOException {
    var bytes = ByteBuffer.wrap(content, from, to - from);
    while (bytes.hasRemaining()) {
      channel.write(bytes, to - bytes.remaining());
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
