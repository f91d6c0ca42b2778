package dev.perdure.server;

import org.jspecify.annotations.Nullable;

/**
 * Why something of a jar is not there.
 *
 * @param jar its name
 * @param what a sentence whose subject is the jar
 * @param cause null when the sentence says it all
 */
record LoadProblem(String jar, String what, @Nullable Throwable cause) {

  private static final String OF_LOADER = "dev.perdure.workflow.WorkflowProvider: ";
  private static final int CAUSES_MAX = 5;

  static LoadProblem of(String jar, String what, Throwable thrown) {
    return new LoadProblem(jar, what + ": " + inWords(thrown), thrown);
  }

  /** What was thrown, and what that was caused by. */
  private static String inWords(Throwable thrown) {
    var words = new StringBuilder();
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      words.append(depth == 0 ? "" : "; because of ").append(one(cause));
      cause = cause.getCause();
    }
    return words.toString();
  }

  private static String one(Throwable thrown) {
    String message = thrown.getMessage();
    return switch (thrown) {
      case java.util.ServiceConfigurationError _ when message != null ->
          message.replace(OF_LOADER, "");
      case IllegalArgumentException _ when message != null -> message;
      default -> thrown.getClass().getSimpleName() + (message == null ? "" : " (" + message + ")");
    };
  }

  /** The whole line. */
  String message() {
    return "Workflows: " + jar + " " + what + (what.endsWith(".") ? "" : ".");
  }
}
