package dev.perdure.torture.storage;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepPlan;
import java.time.Instant;
import java.util.List;

/**
 * One run of the script: stored with its first step in flight, then with its second, then ended.
 * Each stage is one command of several rows, so that half of it can be told from all of it.
 */
final class ScriptRun {

  static final int STAGES = 3;
  private static final int ABSENT = 0;
  private static final int TORN = -1;
  private static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");

  final RunId id;
  private final String output;

  /** As far as it is stored for sure, and as far as it may be. */
  private int atLeast;

  private int atMost;

  ScriptRun(RunId id, int outputChars) {
    this.id = id;
    this.output = "\"" + "x".repeat(outputChars) + "\"";
  }

  /** The next stage, or empty behind the last. */
  boolean isOver() {
    return atMost > atLeast || atLeast == STAGES;
  }

  Command<?> next() {
    return switch (atLeast) {
      case 0 ->
          new Command.StartRun(
              id,
              "script",
              1,
              List.of(new StepPlan("first", 1, null), new StepPlan("second", 1, null)),
              "1",
              null,
              null,
              null,
              List.of(started(0)),
              true,
              AT);
      case 1 -> advance(completed(0), started(1));
      default -> advance(completed(1), new Change.RunCompleted("\"done\"", AT));
    };
  }

  private Command<?> advance(Change... changes) {
    return new Command.Advance(id, 0, List.of(changes));
  }

  private static Change started(int ordinal) {
    return new Change.AttemptStarted(
        ordinal, "", ordinal, "step", "step-" + ordinal, null, "1", 1, 1, false, AT);
  }

  private Change completed(int ordinal) {
    return new Change.StepCompleted(ordinal, 1, output, AT);
  }

  void told(Told answer) {
    switch (answer) {
      case STORED -> {
        atLeast++;
        atMost = atLeast;
      }
      case NOT_STORED -> {}
      case UNKNOWN -> atMost = atLeast + 1;
    }
  }

  /** What is wrong with what is stored; empty when nothing is. */
  String wrong(JournalReader reader) {
    int stage = reader.detail(id, 0, 10, 2 << 20).map(this::stage).orElse(ABSENT);
    if (stage == TORN) {
      return "run " + id + " is stored in part";
    }
    if (stage < atLeast) {
      return "run " + id + " was acknowledged at stage " + atLeast + " and stands at " + stage;
    }
    return stage > atMost
        ? "run " + id + " was refused behind stage " + atMost + " and stands at " + stage
        : "";
  }

  private int stage(RunDetail run) {
    boolean isEnded = run.run().status() == Status.COMPLETED;
    boolean hasFirst = isWhole(run, 0);
    boolean hasSecond = isWhole(run, 1);
    return switch (run.steps().size()) {
      case 1 -> hasFirst || isEnded ? TORN : 1;
      case 2 -> hasFirst && hasSecond == isEnded ? (isEnded ? STAGES : 2) : TORN;
      default -> TORN;
    };
  }

  private boolean isWhole(RunDetail run, int ordinal) {
    if (run.steps().size() <= ordinal) {
      return false;
    }
    var step = run.steps().get(ordinal);
    return step.status() == Status.COMPLETED
        && step.output() != null
        && output.equals(step.output().json());
  }
}
