package dev.perdure.web;

import dev.perdure.engine.Engine;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.WaitingFor;
import dev.perdure.journal.WaitingFor.Kind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a run waits for, as people and programs are told: what the journal says, and the place among
 * the active runs, which only the engine's memory knows.
 *
 * @param waitingFor null when it does not wait
 * @param validUntil until when this is true if nothing is committed; null for ever. For {@link
 *     PageTag#header}
 */
public record Standing(@Nullable WaitingFor waitingFor, @Nullable Instant validUntil) {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /** How this run stands now. */
  public static Standing of(Engine engine, RunRecord run, Instant now) {
    return switch (run.status()) {
      case PENDING -> new Standing(slotSince(run.createdAt()), null);
      case RUNNING -> ofRunning(engine, run, now);
      case COMPLETED, FAILED, CANCELLED, BLOCKED -> new Standing(run.waitingFor(), null);
    };
  }

  /**
   * Until when who waits for a change may take this for true: as it is, but for a second more where
   * that is over at once. Else whoever waits for a run in the queue would be answered for ever, and
   * ask again.
   */
  public @Nullable Instant validForWaiting(Instant now) {
    return validUntil(validUntil, now);
  }

  /** The earlier of two instants, where null is never. */
  public static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  private static Standing ofRunning(Engine engine, RunRecord run, Instant now) {
    var stored = run.waitingFor();
    if (stored != null && stored.kind() == Kind.SLOT) {
      return new Standing(stored, null);
    }
    if (engine.isQueued(run.id())) {
      // It gets its place without a commit.
      return new Standing(slotSince(readySince(run, now)), now);
    }
    return new Standing(stored, stored == null ? null : validUntil(stored.until(), now));
  }

  /**
   * Until what the run waits for has come. When that should have been, but the run waits all the
   * same, the wall clock was set: whoever waits for a change is not to ask again and again.
   */
  private static @Nullable Instant validUntil(@Nullable Instant due, Instant now) {
    return due == null || due.isAfter(now) ? due : now.plus(LOOK_AGAIN);
  }

  private static WaitingFor slotSince(Instant since) {
    return new WaitingFor(Kind.SLOT, null, since, null);
  }

  /** When what the run waited for before was over, as far as the journal knows. */
  private static Instant readySince(RunRecord run, Instant now) {
    var stored = run.waitingFor();
    if (stored == null) {
      return run.startedAt() == null ? run.createdAt() : run.startedAt();
    }
    var due = stored.until();
    return due == null || due.isAfter(now) ? stored.since() : due;
  }
}
