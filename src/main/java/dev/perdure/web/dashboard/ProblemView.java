package dev.perdure.web.dashboard;

import dev.perdure.journal.JournalException;
import dev.perdure.web.Problem;
import org.jspecify.annotations.Nullable;

/**
 * A page that says what is wrong and what helps.
 *
 * @param requestId by which the log can be searched; null where nothing was logged
 * @param form what the person had sent, to be sent again; null when there is nothing to lose
 */
public record ProblemView(
    int status, String title, String text, @Nullable String requestId, @Nullable StartForm form) {

  static ProblemView notFound() {
    return new ProblemView(
        404, "There is no such page", "The address may be mistyped or out of date.", null, null);
  }

  static ProblemView noRun(String id) {
    return new ProblemView(
        404,
        "There is no such run",
        "No run with the id " + id + " is stored here. It may have been deleted.",
        null,
        null);
  }

  static ProblemView noLog() {
    return new ProblemView(
        404, "There is no such step", "The run has no step of this number.", null, null);
  }

  static ProblemView tooLate(String why) {
    return new ProblemView(409, "The run was not cancelled", why, null, null);
  }

  static ProblemView internal(@Nullable String requestId) {
    return new ProblemView(
        500,
        "Something went wrong in Perdure",
        "The server's log has the details. Runs go on by themselves.",
        requestId,
        null);
  }

  static ProblemView noWorkflow(StartForm sent) {
    return new ProblemView(
        404, "There is no such workflow", String.valueOf(sent.error()), null, null);
  }

  static ProblemView of(Problem problem) {
    return new ProblemView(
        problem.code().status(), problem.code().title(), problem.detail(), null, null);
  }

  static ProblemView of(JournalException thrown) {
    return switch (thrown) {
      case JournalException.Full _ ->
          unavailable(
              "There is no space left",
              "The disk that holds the journal is full. Nothing was stored. Make space, and writing"
                  + " goes on by itself.");
      case JournalException.Overloaded _ ->
          unavailable(
              "Too much is waiting already", "Nothing was stored. Try again in a few seconds.");
      case JournalException.Failed _ ->
          unavailable(
              "The journal can not be used any longer",
              "The server's log says why, and the server has to be restarted. Whether the last thing"
                  + " you sent was stored is not known; sending it again starts nothing twice.");
      case JournalException.Owned e ->
          unavailable(
              "Another engine owns the data",
              "It is " + e.holder() + ". This one takes over when that one has let go.");
      case JournalException.Closed _ ->
          unavailable("Perdure is shutting down", "Nothing was stored. Try again in a moment.");
      case JournalException.Broken _ -> internal(null);
    };
  }

  private static ProblemView unavailable(String title, String text) {
    return new ProblemView(503, title, text, null, null);
  }

  ProblemView keeping(StartForm sent) {
    return new ProblemView(status, title, text, requestId, sent);
  }
}
