package dev.perdure.web;

import static dev.perdure.web.ProblemCode.DISK_FULL;
import static dev.perdure.web.ProblemCode.FULL;
import static dev.perdure.web.ProblemCode.INTERNAL;
import static dev.perdure.web.ProblemCode.INVALID_INPUT;
import static dev.perdure.web.ProblemCode.INVALID_SIGNAL;
import static dev.perdure.web.ProblemCode.JOURNAL_FAILED;
import static dev.perdure.web.ProblemCode.KEY_REUSED;
import static dev.perdure.web.ProblemCode.NOT_ACCEPTING;
import static dev.perdure.web.ProblemCode.UNKNOWN_WORKFLOW;

import dev.perdure.engine.InvalidSignalException;
import dev.perdure.engine.StartException;
import dev.perdure.journal.JournalException;
import dev.perdure.workflow.PerdureException;

/** What clients are told about what the engine and the journal throw. */
final class Problems {

  private Problems() {}

  static Problem of(Throwable thrown) {
    return switch (thrown) {
      case ProblemException e -> e.problem();
      case StartException e -> ofStart(e);
      case JournalException e -> ofJournal(e);
      case InvalidSignalException e -> Problem.of(INVALID_SIGNAL, shortMessage(e));
      default -> internal();
    };
  }

  private static Problem ofStart(StartException thrown) {
    return switch (thrown) {
      case StartException.UnknownWorkflow e -> {
        var problem = Problem.of(UNKNOWN_WORKFLOW, shortMessage(e)).with("path", "$.workflow");
        yield e.nearest().map(name -> problem.with("nearest", name)).orElse(problem);
      }
      case StartException.InvalidInput e ->
          Problem.of(INVALID_INPUT, shortMessage(e)).with("path", inBody(e.path()));
      case StartException.KeyReused e ->
          Problem.of(KEY_REUSED, shortMessage(e)).with("runId", e.runId().toString());
      case StartException.Full e -> Problem.of(FULL, shortMessage(e)).retryAfter(5);
      case StartException.NotAccepting e ->
          Problem.of(NOT_ACCEPTING, shortMessage(e)).retryAfter(2);
    };
  }

  private static Problem ofJournal(JournalException thrown) {
    return switch (thrown) {
      case JournalException.Full _ ->
          Problem.of(
                  DISK_FULL,
                  "The disk that holds the journal is full. Nothing was stored. Reading goes on,"
                      + " and writing does when there is space again.")
              .retryAfter(30);
      case JournalException.Overloaded _ ->
          Problem.of(FULL, "Too much is waiting already. Nothing was stored; try again later.")
              .retryAfter(2);
      case JournalException.Failed _ ->
          Problem.of(
              JOURNAL_FAILED,
              "The journal has failed, and nothing more is accepted. A run that was to be started"
                  + " may or may not be stored: starting it again with the same Idempotency-Key is"
                  + " safe.");
      case JournalException.Closed _ -> Unavailable.stopping().problem();
      case JournalException.Owned e -> Unavailable.standby(e.holder()).problem();
      case JournalException.Broken _ -> internal();
    };
  }

  private static Problem internal() {
    return Problem.of(
        INTERNAL,
        "The request could not be answered because of an error inside Perdure. The log of the"
            + " server has it under this request id.");
  }

  /** Clients know the body they sent, not the part of it that the engine was given. */
  private static String inBody(String pathInInput) {
    return pathInInput.startsWith("$") ? "$.input" + pathInInput.substring(1) : "$.input";
  }

  private static String shortMessage(PerdureException thrown) {
    var message = thrown.getMessage();
    return message == null ? "" : Problem.shortened(message, 1_000);
  }
}
