package dev.perdure.bench;

import dev.perdure.bench.Filler.Kind;
import dev.perdure.bench.Orders.Order;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A million runs that have not begun: how fast they are taken, and how long a restart takes. */
final class PendingPart implements Part {

  private static final int RUNS = 1_000_000;
  private static final int AT_ONCE = 256;

  @Override
  public String name() {
    return "pending";
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    int runs = bounds.scaled(RUNS);
    var filled = Filler.fill(bounds.shared(), Kind.PENDING, runs);
    var ready = new ArrayList<Double>();
    RawProcess.Pairs pairs;
    try (var raw = RawProcess.start(bounds.directory())) {
      raw.measure(AT_ONCE, bounds.warmUp());
      pairs = raw.alternate(AT_ONCE, bounds, () -> drain(bounds, filled));
    }
    for (int round = 0; round < bounds.rounds(); round++) {
      var own = Files.createDirectories(bounds.directory().resolve("round" + round));
      try (var server = Server.start(own, filled)) {
        ready.add(server.readyAfter().toNanos() / 1e9);
      }
    }
    var name = "%,d pending runs".formatted(runs);
    return List.of(
        pairs.rate(name + ", taken and carried out", Goal.none()),
        Figure.note(name + ", restart to ready", "s", new Series(ready)));
  }

  /** It goes on taking them whether it is measured or not, so that it must not stay. */
  private static Load drain(Bounds bounds, Path data) throws Exception {
    try (var child = Child.start(Drain.class, Java.EMBEDDED_FLAGS, data.toString())) {
      child.ask(new Order("drain", AT_ONCE, bounds.warmUp()));
      var rate = child.ask(new Order("drain", AT_ONCE, bounds.time()));
      return new Load(Double.parseDouble(rate), Double.NaN, Double.NaN);
    }
  }
}
