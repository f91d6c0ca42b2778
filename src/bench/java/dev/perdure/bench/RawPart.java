package dev.perdure.bench;

import java.util.ArrayList;
import java.util.List;

/** The raw limit by itself. */
final class RawPart implements Part {

  private static final int[] COUNTS = {1, 16, 64, 256};

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    var figures = new ArrayList<Figure>();
    try (var raw = RawProcess.start(bounds.directory())) {
      raw.measure(256, bounds.warmUp());
      for (int count : COUNTS) {
        figures.addAll(measure(bounds, raw, count));
      }
    }
    return figures;
  }

  private static List<Figure> measure(Bounds bounds, RawProcess raw, int count) throws Exception {
    var loads = new ArrayList<Load>();
    for (int round = 0; round < bounds.rounds(); round++) {
      loads.add(raw.measure(count, bounds.time()));
    }
    var name = "raw limit, " + count + (count == 1 ? " alone" : " concurrent");
    return List.of(
        Figure.note(name, "steps/s", Series.of(loads, Load::stepsPerSecond)),
        Figure.note(name + ", p50", "ms", Series.of(loads, Load::p50Ms)),
        Figure.note(name + ", p99", "ms", Series.of(loads, Load::p99Ms)));
  }
}
