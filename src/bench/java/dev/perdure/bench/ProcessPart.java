package dev.perdure.bench;

import java.util.ArrayList;
import java.util.List;

/** Perdure inside of a program: sequences and the same as code. */
final class ProcessPart implements Part {

  @Override
  public String name() {
    return "process";
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    var directory = bounds.directory();
    try (var raw = RawProcess.start(directory);
        var perdure = InProcess.start(directory.resolve("embedded"))) {
      return new Measurement(bounds, raw, perdure).all();
    }
  }

  private record Measurement(Bounds bounds, RawProcess raw, Child perdure) {

    List<Figure> all() throws Exception {
      var figures = new ArrayList<Figure>();
      raw.measure(256, bounds.warmUp());
      figures.addAll(ofWorkflow("sequences", BenchWorkflows.SEQUENCE, Goal.atLeast(0.6, 0.4)));
      figures.addAll(ofWorkflow("code", BenchWorkflows.CODE, Goal.atLeast(0.5, 0.35)));
      return figures;
    }

    private List<Figure> ofWorkflow(String name, String workflow, Goal many) throws Exception {
      perdure.measure(workflow, 256, bounds.warmUp());
      var at256 = alternate(workflow, 256);
      var at16 = alternate(workflow, 16);
      var alone = alternate(workflow, 1);
      return List.of(
          at256.rate("256 concurrent " + name, many),
          at256.p99("256 concurrent " + name + ", p99"),
          at16.rate("16 concurrent " + name, Goal.atLeast(0.7, 0.5)),
          at16.p99("16 concurrent " + name + ", p99"),
          alone.p50("one alone, " + name + ", p50", Goal.atMost(1.5, 2)),
          alone.p99("one alone, " + name + ", p99"));
    }

    private RawProcess.Pairs alternate(String workflow, int count) throws Exception {
      return raw.alternate(count, bounds, () -> perdure.measure(workflow, count, bounds.time()));
    }
  }
}
