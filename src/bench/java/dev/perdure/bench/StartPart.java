package dev.perdure.bench;

import dev.perdure.bench.Filler.Kind;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** From the start of the server's process until it is ready, and what it takes when it idles. */
final class StartPart implements Part {

  private static final int RUNS = 1_000_000;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    int runs = bounds.scaled(RUNS);
    var filled = Filler.fill(bounds.shared(), Kind.FINISHED, runs);
    var empty = new ArrayList<Double>();
    var full = new ArrayList<Double>();
    var resident = new ArrayList<Double>();
    var before = Files.createDirectories(bounds.directory().resolve("before"));
    // Its end leaves the classes behind that it has loaded, as with make run.
    Server.start(before, before.resolve("empty")).close();
    for (int round = 0; round < bounds.rounds(); round++) {
      var own = Files.createDirectories(bounds.directory().resolve("round" + round));
      try (var server = Server.start(own, own.resolve("empty"))) {
        empty.add(seconds(server));
        server.idle(bounds.time());
        resident.add(server.residentMb());
      }
      try (var server = Server.start(own, filled)) {
        full.add(seconds(server));
      }
    }
    return List.of(
        Figure.ofItself("start to ready, empty", "s", new Series(empty), Goal.atMost(1, 1.5)),
        Figure.ofItself(
            "start to ready, %,d finished runs".formatted(runs),
            "s",
            new Series(full),
            Goal.atMost(1.2, 2)),
        Figure.ofItself("resident when idle", "MB", new Series(resident), Goal.atMost(100, 128)));
  }

  private static double seconds(Server server) {
    return server.readyAfter().toNanos() / 1e9;
  }
}
