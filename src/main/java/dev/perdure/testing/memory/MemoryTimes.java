package dev.perdure.testing.memory;

import dev.perdure.journal.WaitingFor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants as the journal keeps them: in whole milliseconds. */
final class MemoryTimes {

  private MemoryTimes() {}

  static Instant of(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Rounded up, so that nothing is due early. */
  static @Nullable Instant due(@Nullable Instant instant) {
    if (instant == null) {
      return null;
    }
    var whole = of(instant);
    return whole.equals(instant) ? whole : whole.plusMillis(1);
  }

  static WaitingFor of(WaitingFor waiting) {
    return new WaitingFor(
        waiting.kind(), waiting.name(), of(waiting.since()), due(waiting.until()));
  }

  /** A wait for a place among the active runs. */
  static WaitingFor slot(Instant since) {
    return new WaitingFor(WaitingFor.Kind.SLOT, null, of(since), null);
  }
}
