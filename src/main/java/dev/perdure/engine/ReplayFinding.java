package dev.perdure.engine;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.Reason;
import dev.perdure.journal.RunId;
import org.jspecify.annotations.Nullable;

/**
 * What a {@linkplain ReplayCheck check} has found about one run.
 *
 * @param reason why it does not go on; null for {@link Outcome#GOES_ON}
 */
public record ReplayFinding(RunId run, String workflow, Outcome outcome, @Nullable Reason reason) {

  /** How the run would fare. */
  public enum Outcome {
    /** It would go on where it stopped. */
    GOES_ON(true),
    /** It would be blocked: the code does not fit what is recorded. */
    WOULD_BLOCK(false),
    /** It would fail at once: the body throws before it asks for anything new. */
    WOULD_FAIL(false),
    /** It would be blocked: its workflow is not there. */
    MISSING(false),
    /** Its body did not come to its next step in time, and would hold its thread. */
    STUCK(false),
    /** It is blocked already, and would stay so for the same reason. */
    STAYS_BLOCKED(true);

    private final boolean fits;

    Outcome(boolean fits) {
      this.fits = fits;
    }

    /** Whether the new code makes nothing worse. */
    public boolean fits() {
      return fits;
    }
  }

  public ReplayFinding {
    requireNonNull(run, "run");
    requireNonNull(workflow, "workflow");
    requireNonNull(outcome, "outcome");
  }
}
