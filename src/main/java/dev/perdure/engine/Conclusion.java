package dev.perdure.engine;

/** How the body of a run has ended. */
sealed interface Conclusion {

  /** It has returned. */
  record Completed(Json output) implements Conclusion {}

  /** It has failed, was cancelled or ran out of time. */
  record Ended(LoadedRun.End end) implements Conclusion {}
}
