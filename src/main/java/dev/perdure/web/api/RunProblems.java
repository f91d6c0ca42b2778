package dev.perdure.web.api;

import static dev.perdure.web.ProblemCode.RUN_ENDED;
import static dev.perdure.web.ProblemCode.RUN_ENDING;
import static dev.perdure.web.ProblemCode.RUN_NOT_FOUND;
import static dev.perdure.web.ProblemCode.SIGNALS_FULL;
import static dev.perdure.web.ProblemCode.VALUE_NOT_FOUND;

import dev.perdure.journal.Ending;
import dev.perdure.journal.Status;
import dev.perdure.web.Problem;
import dev.perdure.web.ProblemException;

/** What clients are told that asked a run for what it can not give or do. */
final class RunProblems {

  private RunProblems() {}

  static ProblemException runNotFound(String id) {
    return Problem.of(
            RUN_NOT_FOUND,
            "There is no run with the id \""
                + Problem.shortened(id, 100)
                + "\". Ids are given by POST /api/runs and listed by GET /api/runs.")
        .asException();
  }

  static ProblemException valueNotFound() {
    return Problem.of(
            VALUE_NOT_FOUND,
            "The run has no such value: the step has not begun, or has no output yet.")
        .asException();
  }

  static ProblemException stepNotFound(int ordinal) {
    return Problem.of(
            VALUE_NOT_FOUND,
            "The run has no step "
                + ordinal
                + " that has begun. GET /api/runs/{id} lists them with their ordinals.")
        .asException();
  }

  /** The member is not named status, because that of a problem is the one of HTTP. */
  static ProblemException runEnded(Status status, String refused) {
    return Problem.of(RUN_ENDED, "The run is " + status.word() + " already, so " + refused + ".")
        .with("runStatus", status.word())
        .asException();
  }

  static ProblemException runEnding(Ending ending) {
    var why =
        switch (ending) {
          case FAILED -> "has failed";
          case TIMED_OUT -> "has run out of time";
          case CANCELLED -> "is being cancelled";
        };
    return Problem.of(
            RUN_ENDING,
            "The run "
                + why
                + " and now undoes what it did; that is not broken off. Wait for its end with"
                + " GET /api/runs/{id}?wait=30.")
        .with("ending", ending.word())
        .asException();
  }

  static ProblemException signalsFull() {
    return Problem.of(
            SIGNALS_FULL,
            "The run has as many signals waiting as it may, and takes none of them now. Send this"
                + " one again when it has taken some.")
        .asException();
  }
}
