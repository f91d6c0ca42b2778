package dev.perdure.server;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.workflow.PerdureException;

/** A run did not take a signal, and nothing was stored. The subclass says why. */
public abstract sealed class SignalException extends PerdureException {

  private static final long serialVersionUID = 1L;

  private SignalException(String message) {
    super(message);
  }

  /** The run has ended, and takes no signals any more. */
  public static final class RunEnded extends SignalException {
    private static final long serialVersionUID = 1L;
    private final Status status;

    RunEnded(RunId run, Status status) {
      super("Run " + run + " is " + status.word() + "; it takes no more signals.");
      this.status = requireNonNull(status, "status");
    }

    /** How it has ended. */
    public Status status() {
      return status;
    }
  }

  /** As many signals wait for the run as may; try again when it has taken some. */
  public static final class Full extends SignalException {
    private static final long serialVersionUID = 1L;

    Full(RunId run) {
      super("Too many signals wait for run " + run + ". Try again when it has taken some.");
    }
  }
}
