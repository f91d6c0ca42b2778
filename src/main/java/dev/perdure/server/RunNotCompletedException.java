package dev.perdure.server;

import static java.util.Objects.requireNonNull;

import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.workflow.PerdureException;

/** A run has no result: it has failed or was cancelled, or is blocked until a person decides. */
public final class RunNotCompletedException extends PerdureException {

  private static final long serialVersionUID = 1L;

  private final Status status;

  RunNotCompletedException(RunRecord run) {
    super(
        "Run "
            + run.id()
            + " is "
            + run.status().word()
            + (run.reason() == null ? "." : ": " + run.reason().message()));
    this.status = requireNonNull(run.status(), "status");
  }

  /** How the run stands. */
  public Status status() {
    return status;
  }
}
