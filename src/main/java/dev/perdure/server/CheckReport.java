package dev.perdure.server;

import dev.perdure.engine.ReplayFinding;
import dev.perdure.engine.ReplayFinding.Outcome;
import java.util.EnumMap;
import java.util.Map;

/** What {@code check} says, while it finds it. Runs that fit are counted and nothing more. */
abstract sealed class CheckReport permits TextCheckReport, JsonCheckReport {

  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
  private int problems;

  final void found(ReplayFinding finding) {
    counts.merge(finding.outcome(), 1, Integer::sum);
    if (finding.outcome() != Outcome.GOES_ON) {
      show(finding);
    }
  }

  final void problem(LoadProblem problem) {
    problems++;
    show(problem);
  }

  abstract void show(ReplayFinding finding);

  abstract void show(LoadProblem problem);

  /** Nothing more comes. */
  abstract void end();

  final int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  final int checked() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Whether the build can be deployed without a run that stops because of it. */
  final boolean allFit() {
    return problems == 0 && counts.keySet().stream().allMatch(Outcome::fits);
  }
}
