package dev.perdure.engine;

import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.StepRecord;
import dev.perdure.workflow.StepFailedException;
import org.jspecify.annotations.Nullable;

/** The sentences that say why a run or step stands as it does, with their codes. */
final class Reasons {

  static final String MISSING = "workflow-missing";
  static final String MISMATCH = "code-mismatch";

  private static final int MESSAGE_CHARS_MAX = 300;

  private Reasons() {}

  static Reason retrying(StepCall call, int tried, ErrorRecord error) {
    return new Reason(
        "retrying",
        "Attempt %d of %d of step \"%s\" failed: %s"
            .formatted(tried, call.maxAttempts(), call.name(), brief(error.message())));
  }

  static Reason stepFailed(StepCall call, int tried, boolean isFinal, ErrorRecord error) {
    String how =
        isFinal
            ? "failed at attempt " + tried + " with an error that is not retried"
            : tried == 1 ? "failed" : "failed after " + tried + " attempts";
    return new Reason(
        "step-failed", "Step \"%s\" %s: %s".formatted(call.name(), how, brief(error.message())));
  }

  static Reason stepFailed(StepFailedException failed) {
    return new Reason(
        "step-failed",
        "Step \"%s\" failed: %s".formatted(failed.step(), brief(failed.getMessage())));
  }

  static Reason bodyFailed(ErrorRecord error) {
    return new Reason("run-failed", "The workflow's code failed: " + brief(error.message()));
  }

  static Reason missing(String workflow) {
    return new Reason(
        MISSING,
        "The workflow \""
            + workflow
            + "\" is not installed here. Install it again and restart; the run then goes on.");
  }

  static Reason missing() {
    return new Reason(
        MISSING,
        "The run's workflow is not installed here. Install it again and restart; the run then goes"
            + " on.");
  }

  static Reason strikes(StepRecord step) {
    return new Reason(
        "strikes",
        "The process ended uncleanly "
            + step.strikes()
            + " times in a row while step \""
            + step.name()
            + "\" ran, the last time while nothing else did. Find out why before it runs again.");
  }

  static Reason internal(Throwable error) {
    return new Reason(
        "internal",
        "Perdure could not go on with this run: " + brief(ErrorRecords.messageOf(error)));
  }

  /** The code asked for something else than the journal holds at this place. */
  static Reason mismatch(int position, String recorded, String asked) {
    return new Reason(
        MISMATCH,
        "At place %d the journal has %s, but the code asks for %s. The code must ask for the same steps in the same order as before; install the version that began this run, or a compatible one, and restart."
            .formatted(position + 1, recorded, asked));
  }

  /** The code ended before it had asked for everything that the journal holds. */
  static Reason unconsumed(int position, StepRecord next) {
    return mismatch(position, describe(next), "nothing more");
  }

  static Reason unreadable(String what, ValueException error) {
    return new Reason(
        MISMATCH,
        "The recorded "
            + what
            + " can not be read as the type that the code expects now: "
            + brief(error.getMessage()));
  }

  static String describe(StepRecord step) {
    return describe(step.kind(), step.name(), step.inputDigest());
  }

  static String describe(String kind, String name, @Nullable String inputDigest) {
    return kind
        + " \""
        + name
        + "\""
        + (inputDigest == null ? "" : " with input " + inputDigest.substring(0, 8) + "…");
  }

  private static String brief(@Nullable String message) {
    String text = message == null ? "(no message)" : message;
    return text.length() <= MESSAGE_CHARS_MAX
        ? text
        : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, MESSAGE_CHARS_MAX)))
            + "…";
  }
}
