package dev.perdure.bench;

import dev.perdure.bench.Orders.Order;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whether the last step of a long run costs what the first one did, and its replay. */
final class LongRunPart implements Part {

  private static final int STEPS = 10_000;

  @Override
  public String name() {
    return "long";
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    int steps = Math.max(20, bounds.scaled(STEPS));
    var data = bounds.directory().resolve("long").toString();
    try (var child = Child.start(LongRun.class, Java.EMBEDDED_FLAGS, data)) {
      var whole = new ArrayList<double[]>();
      var tenth = new ArrayList<double[]>();
      ask(child, steps);
      for (int round = 0; round < bounds.rounds(); round++) {
        tenth.add(ask(child, steps / 10));
        whole.add(ask(child, steps));
      }
      var replay = Series.of(whole, all -> all[2]);
      var name = "run of %,d steps".formatted(steps);
      return List.of(
          Figure.ofRate(
              name + ", its last tenth; limit: its first",
              "steps/s",
              Series.of(whole, all -> all[1]),
              Series.of(whole, all -> all[0]),
              Goal.atLeast(0.9, 0.75)),
          Figure.ofTime(
              name + ", replay; limit: that of %,d".formatted(steps / 10),
              "ms",
              replay,
              Series.of(tenth, all -> all[2]),
              Goal.none()));
    }
  }

  private static double[] ask(Child child, int steps) throws IOException {
    var answer = child.ask(new Order("long", steps, Duration.ZERO));
    return Arrays.stream(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }
}
