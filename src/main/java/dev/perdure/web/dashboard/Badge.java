package dev.perdure.web.dashboard;

import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import org.jspecify.annotations.Nullable;

/** A status as people see it: a word, a shape and a colour, of which any one is enough. */
public enum Badge {
  PENDING("Pending", "pending", "ring-dashed"),
  /** Holds a thread; the only badge that moves. */
  RUNNING("Running", "running", "ring"),
  /** Running, and waiting for the next attempt of a step. */
  RETRYING("Retrying", "retrying", "triangle"),
  /** Running, and waiting for anything else. */
  WAITING("Waiting", "waiting", "hollow"),
  /** Holds other steps, which have badges of their own, and no thread itself. */
  ONGOING("Under way", "ongoing", "dots"),
  COMPLETED("Completed", "completed", "tick"),
  FAILED("Failed", "failed", "cross"),
  CANCELLED("Cancelled", "cancelled", "bar"),
  BLOCKED("Blocked", "blocked", "stop"),
  /** A planned step of a run that ended before it. */
  NOT_RUN("Not run", "notrun", "dash");

  private final String word;
  private final String style;
  private final String shape;

  Badge(String word, String style, String shape) {
    this.word = word;
    this.style = style;
    this.shape = shape;
  }

  static Badge of(Status status, @Nullable WaitingFor waitingFor) {
    return switch (status) {
      case PENDING -> PENDING;
      case RUNNING -> ofRunning(waitingFor);
      case COMPLETED -> COMPLETED;
      case FAILED -> FAILED;
      case CANCELLED -> CANCELLED;
      case BLOCKED -> BLOCKED;
    };
  }

  static Badge of(StepRecord step) {
    var badge = of(step.status(), step.waitingFor());
    return badge == RUNNING && !step.isInFlight() ? ONGOING : badge;
  }

  private static Badge ofRunning(@Nullable WaitingFor waitingFor) {
    if (waitingFor == null) {
      return RUNNING;
    }
    return waitingFor.kind() == WaitingFor.Kind.RETRY ? RETRYING : WAITING;
  }

  public String word() {
    return word;
  }

  /** The last part of its class in the style sheet. */
  public String style() {
    return style;
  }

  /** The id of its symbol, without the prefix {@code i-}. */
  public String shape() {
    return shape;
  }

  /** Whether more is to come without anybody doing anything. */
  boolean isLive() {
    return this == PENDING || this == RUNNING || this == RETRYING || this == WAITING;
  }
}
