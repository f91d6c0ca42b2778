package dev.perdure.testing;

import dev.perdure.engine.Engine;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Remembers at each crash what had been completed, and that it must not run again. */
final class CompletedOnce {

  private record Times(String step, int times) {}

  private final StubbedSteps steps;
  private final Map<String, Times> completed = new LinkedHashMap<>();

  CompletedOnce(StubbedSteps steps) {
    this.steps = steps;
  }

  /** At a crash, when nothing moves any more. */
  void look(Engine engine, List<TestRun> runs) {
    runs.forEach(run -> look(engine, run.id()));
  }

  private void look(Engine engine, RunId id) {
    var run = engine.reader().replay(id).orElseThrow();
    for (var step : run.steps()) {
      if (step.child() != null) {
        look(engine, Objects.requireNonNull(step.child()));
      }
      if (step.status() == Status.COMPLETED && step.attempt() > 0) {
        // As the engine makes the keys that it hands to steps.
        var key = id + "-" + step.ordinal();
        completed.putIfAbsent(key, new Times(step.name(), steps.timesOfKey(key)));
      }
    }
  }

  void check() {
    completed.forEach((key, before) -> {
      int now = steps.timesOfKey(key);
      if (now != before.times()) {
        throw new AssertionError(
            "Step \"%s\" (%s) was completed before the crash and has run again: %d times, then %d."
                .formatted(before.step(), key, before.times(), now));
      }
    });
  }
}
