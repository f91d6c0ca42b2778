package dev.perdure.engine;

import dev.perdure.journal.StepRecord;
import dev.perdure.workflow.LimitExceededException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the journal holds of a run, by scope and position, and the numbers of what has begun since
 * it was read. Thread-safe; each place is used by one thread at a time.
 */
final class Entries {

  /** How many entries a run may have. */
  static final int ENTRIES_MAX = 100_000;

  /** Sorts behind every path within another one. */
  private static final char BEHIND_SLASH = '/' + 1;

  private record Entry(int ordinal, @Nullable StepRecord record) {
    boolean isOpen() {
      return record == null || !record.status().isTerminal();
    }
  }

  private final ConcurrentNavigableMap<String, NavigableMap<Integer, Entry>> scopes =
      new ConcurrentSkipListMap<>();
  private final AtomicInteger nextOrdinal = new AtomicInteger();

  Entries(Collection<StepRecord> recorded) {
    recorded.forEach(this::put);
  }

  private void put(StepRecord record) {
    places(record.scope()).put(record.position(), new Entry(record.ordinal(), record));
    nextOrdinal.accumulateAndGet(record.ordinal() + 1, Math::max);
  }

  private NavigableMap<Integer, Entry> places(String scope) {
    return scopes.computeIfAbsent(scope, _ -> new ConcurrentSkipListMap<>());
  }

  /** What the journal holds at this place; null when nothing. */
  @Nullable StepRecord at(String scope, int position) {
    var places = scopes.get(scope);
    var entry = places == null ? null : places.get(position);
    return entry == null ? null : entry.record();
  }

  /** Whether anything has begun at this place, in this life or an earlier one. */
  boolean hasBegun(String scope, int position) {
    var places = scopes.get(scope);
    return places != null && places.containsKey(position);
  }

  /** The first entry of the scope at this place or behind it. */
  Optional<StepRecord> from(String scope, int position) {
    var places = scopes.get(scope);
    var entry = places == null ? null : places.ceilingEntry(position);
    return entry == null ? Optional.empty() : Optional.ofNullable(entry.getValue().record());
  }

  /** Whether the journal holds any entry that this run's code had begun at its end. */
  boolean hasCompensations() {
    var first = scopes.ceilingKey(Scope.compensations(Scope.ROOT));
    return first != null && Scope.isOfCompensations(first);
  }

  /**
   * The number of the entry that begins at this place.
   *
   * @throws LimitExceededException when the run has too many
   */
  int begin(String scope, int position) {
    var places = places(scope);
    var known = places.get(position);
    if (known != null) {
      return known.ordinal();
    }
    if (!Scope.isOfCompensations(scope)) {
      requireRoomFor(1);
    }
    int ordinal = nextOrdinal.getAndIncrement();
    places.put(position, new Entry(ordinal, null));
    return ordinal;
  }

  /**
   * Whether so many more may begin.
   *
   * @throws LimitExceededException when they may not
   */
  void requireRoomFor(int more) {
    if (nextOrdinal.get() + more > ENTRIES_MAX) {
      throw new LimitExceededException(
          "The run has "
              + nextOrdinal.get()
              + " entries and asks for "
              + more
              + " more; 100,000 are the most. Hand the rest to child runs.");
    }
  }

  /** The numbers of what is not known to have ended: this place and all that is within it. */
  List<Integer> open(String scope, int position) {
    var open = new ArrayList<Integer>();
    var entry = places(scope).get(position);
    if (entry != null && entry.isOpen()) {
      open.add(entry.ordinal());
    }
    open.addAll(open(lists(Scope.within(scope, position))));
    return open;
  }

  /** The list of this path, and all within it. */
  private Stream<NavigableMap<Integer, Entry>> lists(String path) {
    return Stream.concat(
        Stream.ofNullable(scopes.get(path)),
        scopes.subMap(path + "/", path + BEHIND_SLASH).values().stream());
  }

  private static List<Integer> open(Stream<NavigableMap<Integer, Entry>> lists) {
    return lists
        .map(Map::values)
        .flatMap(Collection::stream)
        .filter(Entry::isOpen)
        .map(Entry::ordinal)
        .toList();
  }

  /** The numbers of all that is not known to have ended. */
  List<Integer> open() {
    return open(scopes.values().stream());
  }

  /** What has not ended within the entry at this place, as far as it has been read. */
  List<StepRecord> openRecords(String scope, int position) {
    return lists(Scope.within(scope, position))
        .map(Map::values)
        .flatMap(Collection::stream)
        .filter(Entry::isOpen)
        .map(Entry::record)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Takes in what the journal holds now. */
  void refresh(List<StepRecord> records) {
    records.forEach(this::put);
  }
}
