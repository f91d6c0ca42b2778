package dev.perdure.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Actions by when they are due: a heap in which each entry knows its place, so that a million of
 * them cost a million small objects, and adding one or forgetting one takes O(log n). Actions that
 * are due at the same time come in the order in which they were added. Not thread-safe.
 */
final class WaitQueue {

  private static final int CAPACITY_MIN = 64;
  private static final int GONE = -1;

  /** One action. */
  static final class Entry {
    private final long due;
    private final long number;
    private final Runnable action;
    private int place = GONE;

    private Entry(long due, long number, Runnable action) {
      this.due = due;
      this.number = number;
      this.action = action;
    }

    long due() {
      return due;
    }

    Runnable action() {
      return action;
    }

    /** By differences, because a monotonic clock may pass its greatest number. */
    private boolean isBefore(Entry other) {
      long left = due - other.due;
      return left < 0 || (left == 0 && number < other.number);
    }
  }

  private @Nullable Entry[] heap = new @Nullable Entry[CAPACITY_MIN];
  private int size;
  private long nextNumber;

  /**
   * Adds an action.
   *
   * @param due on whichever clock its owner goes by; any two of one queue differ by less than 2^63
   */
  Entry add(long due, Runnable action) {
    var entry = new Entry(due, nextNumber++, action);
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    size++;
    rise(entry, size - 1);
    return entry;
  }

  /** Forgets an action; nothing happens if it was taken or forgotten before. */
  void remove(Entry entry) {
    int place = entry.place;
    if (place == GONE) {
      return;
    }
    entry.place = GONE;
    size--;
    var last = at(size);
    heap[size] = null;
    if (place < size) {
      sink(last, place);
      if (last.place == place) {
        rise(last, place);
      }
    }
    if (heap.length > CAPACITY_MIN && size < heap.length / 4) {
      heap = Arrays.copyOf(heap, heap.length / 2);
    }
  }

  /** What is due first; null when there is nothing. */
  @Nullable Entry first() {
    return heap[0];
  }

  boolean isEmpty() {
    return size == 0;
  }

  private Entry at(int place) {
    var entry = heap[place];
    if (entry == null) {
      throw new IllegalStateException("nothing at " + place + " of " + size);
    }
    return entry;
  }

  private void put(Entry entry, int place) {
    heap[place] = entry;
    entry.place = place;
  }

  private void rise(Entry entry, int from) {
    int place = from;
    while (place > 0) {
      var parent = at((place - 1) / 2);
      if (!entry.isBefore(parent)) {
        break;
      }
      put(parent, place);
      place = (place - 1) / 2;
    }
    put(entry, place);
  }

  private void sink(Entry entry, int from) {
    int place = from;
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size && at(child + 1).isBefore(at(child))) {
        child++;
      }
      if (!at(child).isBefore(entry)) {
        break;
      }
      put(at(child), place);
      place = child;
    }
    put(entry, place);
  }
}
