package dev.perdure.web;

import static dev.perdure.web.ProblemCode.DISK_FULL;
import static dev.perdure.web.ProblemCode.FAILED;
import static dev.perdure.web.ProblemCode.STANDBY;
import static dev.perdure.web.ProblemCode.STARTING;
import static dev.perdure.web.ProblemCode.STOPPING;

/** There is no engine to ask now. Nothing was stored; the client gets a 503. */
public final class Unavailable extends ProblemException {

  private static final long serialVersionUID = 1L;

  private Unavailable(Problem problem) {
    super(problem);
  }

  static Unavailable starting() {
    return new Unavailable(
        Problem.of(STARTING, "Perdure is starting. Try again in a moment.").retryAfter(1));
  }

  static Unavailable noSpace() {
    return new Unavailable(
        Problem.of(
                DISK_FULL,
                "The disk that holds the journal is full. Nothing was stored. Perdure starts when"
                    + " there is space again.")
            .retryAfter(30));
  }

  static Unavailable standby(String holder) {
    return new Unavailable(
        Problem.of(
                STANDBY,
                "The data is in use by another engine ("
                    + holder
                    + "). This one takes over when that one has let go.")
            .retryAfter(2));
  }

  static Unavailable failed() {
    return new Unavailable(
        Problem.of(
                FAILED,
                "The journal can not be used any longer. The log of the server says why; it has to"
                    + " be restarted.")
            .retryAfter(30));
  }

  static Unavailable stopping() {
    return new Unavailable(
        Problem.of(STOPPING, "Perdure is shutting down. Try again in a moment.").retryAfter(5));
  }
}
