package dev.perdure.simulation;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import org.jspecify.annotations.Nullable;

/** A run as the commits so far have left it. */
final class SeenRun {

  final RunId id;
  final Program program;
  RunDetail detail;
  boolean cancelStored;

  /** It was blocked or pending then: there was nothing to be undone, or no way to do it. */
  boolean cancelledAtOnce;

  SeenRun(RunDetail detail, Program program) {
    this.id = detail.run().id();
    this.program = program;
    this.detail = detail;
  }

  Status status() {
    return detail.run().status();
  }

  @Nullable StepRecord step(int ordinal) {
    for (var step : detail.steps()) {
      if (step.ordinal() == ordinal) {
        return step;
      }
    }
    return null;
  }

  /** The name of a step's place, for people. */
  String at(StepRecord step) {
    return id + " " + step.scope() + "#" + step.position() + " " + step.name();
  }
}
