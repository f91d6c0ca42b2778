package dev.perdure.engine;

import dev.perdure.journal.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Leaves the body of a run when it can not go on now. An {@link Error}, so that a body's {@code
 * catch (Exception)} does not eat it; without a stack trace, because it is no failure.
 */
final class Unwind extends Error {

  private static final long serialVersionUID = 1L;

  /** What becomes of the run. */
  sealed interface Why {
    /** It is parked in the journal; wake it after this much time, or when the event ends. */
    record Parked(Duration wakeAfter, @Nullable Attempt orWhenEnded) implements Why {}

    /** It can not go on by itself. */
    record Blocked(Reason reason, @Nullable Integer ordinal, int attempt) implements Why {}

    /** The engine is stopping, or the journal says that the run is somebody else's. */
    record Stopped() implements Why {}
  }

  private final transient Why why;

  Unwind(Why why) {
    super(null, null, false, false);
    this.why = why;
  }

  static Unwind stopped() {
    return new Unwind(new Why.Stopped());
  }

  static Unwind blocked(String code, String message) {
    return new Unwind(new Why.Blocked(new Reason(code, message), null, 0));
  }

  Why why() {
    return why;
  }
}
