package dev.perdure.engine;

import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a body waits for that holds no thread. Whichever comes first wakes it.
 *
 * @param shown what people are told
 * @param deadlines by the monotonic clock, by the keys of {@link Timers}
 * @param wallClock when the wall clock shows this; null when it does not matter
 * @param ends when one of these attempts has ended
 * @param mail whether a message in the run's inbox wakes it
 */
record Park(
    WaitingFor shown,
    Map<Integer, Long> deadlines,
    @Nullable Instant wallClock,
    List<Attempt> ends,
    boolean mail) {

  /** Until one moment of the monotonic clock. */
  static Park until(WaitingFor shown, int key, long deadline) {
    return new Park(shown, Map.of(key, deadline), null, List.of(), false);
  }

  /** Until the wall clock shows an instant. */
  static Park untilWallClock(WaitingFor shown, Instant instant) {
    return new Park(shown, Map.of(), instant, List.of(), false);
  }

  /** Until a message comes. */
  static Park forMail(WaitingFor shown) {
    return new Park(shown, Map.of(), null, List.of(), true);
  }

  /** The same, and until this moment. */
  Park orUntil(int key, long deadline) {
    var longer = new HashMap<>(deadlines);
    longer.put(key, deadline);
    return new Park(shown, Map.copyOf(longer), wallClock, ends, mail);
  }

  /** The same, and until the attempt has ended. */
  Park orWhenEnded(Attempt attempt) {
    return new Park(shown, deadlines, wallClock, List.of(attempt), mail);
  }

  /** Several bodies of one run wait: it waits for the first of what they wait for. */
  static Park any(Collection<Park> parks) {
    var deadlines = new HashMap<Integer, Long>();
    parks.forEach(park -> deadlines.putAll(park.deadlines));
    return new Park(
        soonest(parks).shown,
        Map.copyOf(deadlines),
        parks.stream()
            .map(Park::wallClock)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null),
        parks.stream().flatMap(park -> park.ends.stream()).toList(),
        parks.stream().anyMatch(Park::mail));
  }

  private static Park soonest(Collection<Park> parks) {
    return parks.stream()
        .min(
            Comparator.comparing(
                (Park park) -> park.shown.until(), Comparator.nullsLast(Comparator.naturalOrder())))
        .orElseThrow();
  }
}
