package dev.perdure.engine;

import dev.perdure.journal.Ending;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a body when it can not go on now. An {@link Error}, so that a body's {@code catch
 * (Exception)} does not eat it; without a stack trace, because it is no failure.
 */
final class Unwind extends Error {

  private static final long serialVersionUID = 1L;

  /** What becomes of the run, or of the scope. */
  sealed interface Why {
    /** It waits. */
    record Parked(Park park) implements Why {}

    /** It can not go on by itself. */
    record Blocked(Reason reason, @Nullable Integer ordinal, int attempt) implements Why {}

    /** The engine is stopping, or the journal says that the run is somebody else's. */
    record Stopped() implements Why {}

    /** The run is cancelled, or its time is up: its compensations follow. */
    record Ended(Ending ending) implements Why {}

    /** Another item or branch of the same fan-out has failed. */
    record Dropped() implements Why {}

    /** Whether attempts in flight are interrupted for it. */
    default boolean interrupts() {
      return switch (this) {
        case Ended _, Dropped _ -> true;
        case Parked _, Blocked _, Stopped _ -> false;
      };
    }
  }

  private final transient Why why;

  Unwind(Why why) {
    super(null, null, false, false);
    this.why = why;
  }

  static Unwind stopped() {
    return new Unwind(new Why.Stopped());
  }

  static Unwind parked(Park park) {
    return new Unwind(new Why.Parked(park));
  }

  /** No single step is at fault. */
  static Unwind blocked(Reason reason) {
    return new Unwind(new Why.Blocked(reason, null, 0));
  }

  /**
   * For what the journal did not do. What is waited for comes here only when the engine stops; a
   * command that broke is a bug.
   */
  static Unwind of(JournalException error) {
    return error instanceof JournalException.Broken ? blocked(Reasons.internal(error)) : stopped();
  }

  Why why() {
    return why;
  }
}
