package dev.perdure.engine;

import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.workflow.StepFailedException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sentences that say why a run or step stands as it does, with their codes. */
final class Reasons {

  static final String MISSING = "workflow-missing";
  static final String MISMATCH = "code-mismatch";

  private static final String COMPENSATING = "compensating";

  static final String INTERNAL = "internal";
  static final String UNKNOWN_OUTCOME = "outcome-unknown";
  static final String COMPENSATION_FAILED = "compensation-failed";

  /** Blocked runs whose bodies can not be replayed, or have nothing more to do. */
  static final Set<String> UNREPLAYABLE = Set.of(MISSING, MISMATCH, INTERNAL, COMPENSATION_FAILED);

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

  /** Why a run has failed that had something to undo; the reason spoke of that meanwhile. */
  static Reason failed(ErrorRecord error, @Nullable Reason before, @Nullable String failingStep) {
    if (before != null && !before.code().equals(COMPENSATING)) {
      return before;
    }
    return failingStep == null
        ? bodyFailed(error)
        : new Reason(
            "step-failed", "Step \"%s\" failed: %s".formatted(failingStep, brief(error.message())));
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

  static Reason totalTimeout(StepCall call) {
    return new Reason(
        "step-failed",
        "Step \"%s\" failed: the time for all of its attempts was up.".formatted(call.name()));
  }

  /** An attempt that must not be repeated has an end that nobody knows. */
  static Reason unknownOutcome(StepCall call) {
    return new Reason(
        UNKNOWN_OUTCOME,
        "Step \"%s\" may run at most once, and how its attempt ended is not known. Find out whether it took effect before anything else is done."
            .formatted(call.name()));
  }

  /** An attempt that ended with its scope. */
  static Reason cancelled(boolean isOver) {
    return new Reason(
        "cancelled",
        isOver
            ? "The attempt was interrupted and has ended."
            : "The attempt was interrupted and did not end within its grace.");
  }

  /** Another unit of the same fan-out has failed. */
  static Reason dropped() {
    return new Reason("cancelled", "Another item or branch of the same fan-out has failed.");
  }

  static Reason unitFailed(String kind, String name, ErrorRecord error) {
    return new Reason(
        "unit-failed",
        "The code of %s \"%s\" failed: %s".formatted(kind, name, brief(error.message())));
  }

  static Reason childFailed(String name, RunRecord child) {
    return new Reason(
        "step-failed",
        "The run %s of %s, started as \"%s\", %s."
            .formatted(
                child.id(),
                child.workflow(),
                name,
                child.status() == Status.CANCELLED ? "was cancelled" : "failed"));
  }

  /** A person has asked for it. */
  static Reason cancelling() {
    return new Reason(
        "cancelling",
        "The run was asked to end. What it did is being undone as far as it says how.");
  }

  static Reason cancelled() {
    return new Reason("cancelled", "It was asked to end.");
  }

  static Reason compensating(LoadedRun.End end) {
    var why = end.reason();
    return new Reason(
        COMPENSATING,
        "What the run did is being undone. "
            + (why == null ? "It is going to be " + end.ending().word() + "." : why.message()));
  }

  static Reason compensationFailed(String name, ErrorRecord error) {
    return new Reason(
        COMPENSATION_FAILED,
        "The compensation \"%s\" failed and what it was to undo may still stand: %s"
            .formatted(name, brief(error.message())));
  }

  static Reason runTimeout() {
    return new Reason("run-timeout", "The run had not ended when its time was up.");
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
        INTERNAL, "Perdure could not go on with this run: " + brief(ErrorRecords.messageOf(error)));
  }

  /** The journal holds something else than this run's memory: a bug, which must not go unseen. */
  static Reason refused() {
    return new Reason(
        INTERNAL,
        "Perdure could not go on with this run: the journal refused what came next. Look at the log.");
  }

  /** The code asked for something else than the journal holds at this place. */
  static Reason mismatch(String scope, int position, String recorded, String asked) {
    return new Reason(
        MISMATCH,
        "At place %s the journal has %s, but the code asks for %s. The code must ask for the same steps in the same order as before; install the version that began this run, or a compatible one, and restart."
            .formatted(place(scope, position), recorded, asked));
  }

  /** Places count from 1 for people: the third branch of the second entry is 2/3. */
  private static String place(String scope, int position) {
    if (Scope.isOfCompensations(scope)) {
      return "compensation " + (position + 1);
    }
    if (scope.isEmpty()) {
      return Integer.toString(position + 1);
    }
    var places = new StringBuilder();
    for (var outer : scope.split("/", -1)) {
      places.append(Integer.parseInt(outer) + 1).append('/');
    }
    return places.append(position + 1).toString();
  }

  /** The code ended before it had asked for everything that the journal holds. */
  static Reason unconsumed(String scope, int position, StepRecord next) {
    return mismatch(scope, position, describe(next), "nothing more");
  }

  static Reason newerVersion(String change, int recorded, int current) {
    return new Reason(
        MISMATCH,
        "The run was at version %d of the change \"%s\", but the code is at version %d. Install the newer code again and restart."
            .formatted(recorded, change, current));
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
