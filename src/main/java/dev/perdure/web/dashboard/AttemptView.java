package dev.perdure.web.dashboard;

import dev.perdure.journal.AttemptRecord;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, told.
 *
 * @param offset when it began, from the start of the run: "+1.20 s"
 * @param duration null while it runs, or when its end is not known
 * @param runningSince null unless it runs
 */
public record AttemptView(
    int number,
    AttemptRecord.Outcome outcome,
    Instant startedAt,
    String offset,
    @Nullable String duration,
    @Nullable Instant runningSince,
    @Nullable ErrorView error) {

  static AttemptView of(AttemptRecord attempt, Axis axis) {
    var finished = attempt.finishedAt();
    var error = attempt.error();
    return new AttemptView(
        attempt.attempt(),
        attempt.outcome(),
        attempt.startedAt(),
        "+" + Words.of(Duration.between(axis.start(), attempt.startedAt())),
        finished == null ? null : Words.of(Duration.between(attempt.startedAt(), finished)),
        attempt.outcome() == AttemptRecord.Outcome.RUNNING ? attempt.startedAt() : null,
        error == null ? null : ErrorView.of(error));
  }

  /** Its class in the style sheet. */
  public String style() {
    return outcome.word();
  }
}
