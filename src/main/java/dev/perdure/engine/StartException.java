package dev.perdure.engine;

import dev.perdure.journal.RunId;
import dev.perdure.workflow.PerdureException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run was not started, and nothing was stored. The subclass says why. */
public abstract sealed class StartException extends PerdureException {

  private static final long serialVersionUID = 1L;

  private StartException(String message) {
    super(message);
  }

  /** No workflow of this name is installed. */
  public static final class UnknownWorkflow extends StartException {
    private static final long serialVersionUID = 1L;
    private final @Nullable String nearest;

    UnknownWorkflow(String name, @Nullable String nearest) {
      super(
          "There is no workflow named \""
              + name
              + "\"."
              + (nearest == null ? "" : " Did you mean \"" + nearest + "\"?"));
      this.nearest = nearest;
    }

    /** The installed name that is most like it. */
    public Optional<String> nearest() {
      return Optional.ofNullable(nearest);
    }
  }

  /** The input is not of the workflow's type, or too large, or too deep. */
  public static final class InvalidInput extends StartException {
    private static final long serialVersionUID = 1L;
    private final String path;

    InvalidInput(String path, String message) {
      super(message);
      this.path = path;
    }

    /** Where in the input, as a JSON path from {@code $}. */
    public String path() {
      return path;
    }
  }

  /** The idempotency key belongs to a run with another input. */
  public static final class KeyReused extends StartException {
    private static final long serialVersionUID = 1L;
    private final transient RunId runId;

    KeyReused(RunId runId) {
      super(
          "This Idempotency-Key was used for run "
              + runId
              + " with another input. Use a new key, or send the same input.");
      this.runId = runId;
    }

    public RunId runId() {
      return runId;
    }
  }

  /** As many runs are pending as may be; try again later. */
  public static final class Full extends StartException {
    private static final long serialVersionUID = 1L;

    Full(long pendingMax) {
      super(
          "There are "
              + pendingMax
              + " runs waiting to begin, and no more are accepted. Try again later.");
    }
  }

  /** The engine is not accepting runs: it has not started yet or is shutting down. */
  public static final class NotAccepting extends StartException {
    private static final long serialVersionUID = 1L;

    NotAccepting() {
      super("The engine is not accepting runs now. Try again in a moment.");
    }
  }
}
