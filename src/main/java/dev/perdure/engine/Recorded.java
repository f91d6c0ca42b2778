package dev.perdure.engine;

import dev.perdure.journal.Reason;
import dev.perdure.journal.StepRecord;

/** What a recorded entry has come to. */
final class Recorded {

  private Recorded() {}

  static Json output(StepRecord entry) {
    var output = entry.output();
    if (output == null || output.json() == null) {
      throw new IllegalStateException("The completed entry " + entry.name() + " has no output.");
    }
    return Json.stored(output.json());
  }

  /** An entry is cancelled only together with its scope: that is left. */
  static Unwind leaving(Scope scope) {
    var why = scope.ending();
    return new Unwind(why != null ? why : new Unwind.Why.Dropped());
  }

  static StepEnd.Failed failure(StepRecord entry) {
    var error = entry.error();
    if (error == null) {
      throw new IllegalStateException("The failed entry " + entry.name() + " has no error.");
    }
    var reason = entry.reason();
    return new StepEnd.Failed(
        error, reason != null ? reason : new Reason("step-failed", error.message()));
  }
}
