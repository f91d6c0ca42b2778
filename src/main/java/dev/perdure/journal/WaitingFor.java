package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a parked run or step waits for. It holds no thread.
 *
 * @param name the step, signal or child that is waited for; null where the kind says all
 * @param since since when
 * @param until when it is looked at again at the latest; null when only an event ends the wait
 */
public record WaitingFor(Kind kind, @Nullable String name, Instant since, @Nullable Instant until) {

  /** The kinds of waits. */
  public enum Kind {
    TIMER,
    RETRY,
    SIGNAL,
    CHILD,
    /** A place among the runs that may be active at once. */
    SLOT,
    /** A timed-out attempt that still runs. */
    ZOMBIE,
    PAUSED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public WaitingFor {
    requireNonNull(kind, "kind");
    requireNonNull(since, "since");
  }
}
