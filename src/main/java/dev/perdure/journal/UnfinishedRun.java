package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A running run as recovery has to know it: little, because there may be very many.
 *
 * @param isEnding whether it is decided how it is going to end
 * @param deadline when its time is up; null when it is not limited
 * @param strikes the most that one of its open steps has; 0 when none has any
 * @param hasMail whether anything in its inbox has not been taken
 */
public record UnfinishedRun(
    RunId id,
    int generation,
    @Nullable WaitingFor waitingFor,
    boolean isEnding,
    @Nullable Instant deadline,
    int strikes,
    boolean hasMail) {

  public UnfinishedRun {
    requireNonNull(id, "id");
    if (strikes < 0) {
      throw new IllegalArgumentException("strikes must not be negative: " + strikes);
    }
  }
}
