package dev.perdure.engine;

import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.Reason;

/** How a step ended for its run, now or in the journal. */
sealed interface StepEnd {

  record Completed(Json output) implements StepEnd {}

  record Failed(ErrorRecord error, Reason reason) implements StepEnd {}
}
