package dev.perdure.engine;

import dev.perdure.workflow.PerdureException;

/** A signal that no run could take: its name or payload is not lawful. Nothing was stored. */
public final class InvalidSignalException extends PerdureException {

  private static final long serialVersionUID = 1L;

  public InvalidSignalException(String message) {
    super(message);
  }
}
