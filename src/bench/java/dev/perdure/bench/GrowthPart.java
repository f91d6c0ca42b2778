package dev.perdure.bench;

import dev.perdure.bench.Filler.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Whether runs that have ended slow down those that come: a full database beside an empty one. */
final class GrowthPart implements Part {

  static final String NAME = "growth";

  private static final int RUNS = Integer.getInteger(Settings.RUNS, 1_000_000);
  private static final int AT_ONCE = 256;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    int runs = bounds.scaled(RUNS);
    var filled = Filler.fill(bounds.shared(), Kind.FINISHED, runs);
    try (var full = InProcess.start(filled);
        var empty = InProcess.start(bounds.directory().resolve("empty"))) {
      full.measure(BenchWorkflows.SEQUENCE, AT_ONCE, bounds.warmUp());
      empty.measure(BenchWorkflows.SEQUENCE, AT_ONCE, bounds.warmUp());
      var inFull = new ArrayList<Load>();
      var inEmpty = new ArrayList<Load>();
      for (int round = 0; round < bounds.rounds(); round++) {
        // In turn, because what one has left to be written may hold up the next.
        if (round % 2 == 0) {
          inFull.add(measure(full, bounds));
          inEmpty.add(measure(empty, bounds));
        } else {
          inEmpty.add(measure(empty, bounds));
          inFull.add(measure(full, bounds));
        }
      }
      return List.of(
          Figure.ofRate(
              "beside %,d finished runs; limit: beside none".formatted(runs),
              "steps/s",
              Series.of(inFull, Load::stepsPerSecond),
              Series.of(inEmpty, Load::stepsPerSecond),
              Goal.atLeast(0.9, 0.75)));
    }
  }

  private static Load measure(Child perdure, Bounds bounds) throws IOException {
    return perdure.measure(BenchWorkflows.SEQUENCE, AT_ONCE, bounds.time());
  }
}
