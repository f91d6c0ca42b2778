package dev.perdure.bench;

import java.util.ArrayList;
import java.util.List;

/** A server and its clients on the same processors: from the POST until the run has completed. */
final class HttpPart implements Part {

  private static final int CLIENTS = 64;

  /** From the socket to the journal is a long way, and the compiler takes longer for it. */
  private static final int WARM_UPS = 6;

  @Override
  public String name() {
    return "http";
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    var directory = bounds.directory();
    try (var raw = RawProcess.start(directory);
        var server = Server.start(directory, directory.resolve("data"));
        var clients =
            Child.start(HttpLoad.class, Java.SERVER_FLAGS, Integer.toString(server.port()))) {
      var warmUp = bounds.warmUp().multipliedBy(WARM_UPS);
      raw.measure(CLIENTS, warmUp);
      clients.measure(BenchWorkflows.SEQUENCE, CLIENTS, warmUp);
      var many = alternate(bounds, raw, clients, CLIENTS);
      var alone = alternate(bounds, raw, clients, 1);
      var figures = new ArrayList<Figure>();
      figures.add(many.rate("over HTTP, 64 clients", Goal.atLeast(0.25, 0.2)));
      figures.add(many.p99("over HTTP, 64 clients, p99"));
      figures.add(alone.extraP50("one alone over HTTP, p50", Goal.atMost(1, 2)));
      figures.add(alone.p99("one alone over HTTP, p99"));
      figures.add(
          Figure.note("resident after the load", "MB", new Series(List.of(server.residentMb()))));
      return figures;
    }
  }

  private static RawProcess.Pairs alternate(Bounds bounds, RawProcess raw, Child clients, int count)
      throws Exception {
    return raw.alternate(
        count, bounds, () -> clients.measure(BenchWorkflows.SEQUENCE, count, bounds.time()));
  }
}
