package dev.perdure.testing.memory;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows by key, in the order of the keys. A row that is in a table is never changed, only replaced,
 * so that each change can be taken back. Guarded by the store's lock.
 */
final class MemoryTable<K extends Comparable<K>, R> {

  private final NavigableMap<K, R> rows = new TreeMap<>();
  private final MemoryUndo undo;

  MemoryTable(MemoryUndo undo) {
    this.undo = undo;
  }

  @Nullable R get(K key) {
    return rows.get(key);
  }

  /** Adds a row whose key must be new. */
  void insert(K key, R row) {
    if (rows.containsKey(key)) {
      throw new BrokenRuleException("There is a row of the key " + key + " already.");
    }
    put(key, row);
  }

  /** Adds a row, or replaces the one of this key. */
  void put(K key, R row) {
    R before = rows.put(key, row);
    undo.add(() -> restore(key, before));
  }

  void remove(K key) {
    R before = rows.remove(key);
    undo.add(() -> restore(key, before));
  }

  /** All rows; changes only through this table. */
  NavigableMap<K, R> rows() {
    return Collections.unmodifiableNavigableMap(rows);
  }

  private void restore(K key, @Nullable R before) {
    if (before == null) {
      rows.remove(key);
    } else {
      rows.put(key, before);
    }
  }
}
