package dev.perdure.journal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The status of a run or a step, and the one place that says which may follow which. */
public enum Status {
  /** Accepted, not begun. */
  PENDING,
  /** Begun and not ended; parked when there is a {@link WaitingFor}. */
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED,
  /** Needs a person, or a workflow that is not installed. */
  BLOCKED;

  private static final Set<Status> TERMINAL = EnumSet.of(COMPLETED, FAILED, CANCELLED);

  /** The word for this status in SQL, JSON and HTML. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status of this word; empty when there is none. */
  public static Optional<Status> ofWord(String word) {
    return Arrays.stream(values()).filter(status -> status.word().equals(word)).findFirst();
  }

  /** Whether nothing follows this status. */
  public boolean isTerminal() {
    return TERMINAL.contains(this);
  }

  /** Whether the next status may follow this one. */
  public boolean mayBecome(Status next) {
    return switch (this) {
      case PENDING -> next == RUNNING || next == CANCELLED || next == BLOCKED;
      case RUNNING -> next != PENDING && next != RUNNING;
      case BLOCKED -> next == PENDING || next == RUNNING || next == CANCELLED || next == FAILED;
      case COMPLETED, FAILED, CANCELLED -> false;
    };
  }
}
