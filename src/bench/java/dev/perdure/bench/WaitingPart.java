package dev.perdure.bench;

import dev.perdure.bench.Filler.Kind;
import dev.perdure.torture.start.HeapLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A million runs that wait: the heap they need, and how long a restart takes. */
final class WaitingPart implements Part {

  private static final int RUNS = 1_000_000;
  private static final int[] HEAPS_MB = {512, 1024};

  @Override
  public String name() {
    return "waiting";
  }

  /** What one start has shown. */
  private record Outcome(double heapMb, double readySeconds, double keptMb, double residentMb) {}

  @Override
  public List<Figure> measure(Bounds bounds) throws Exception {
    int runs = bounds.scaled(RUNS);
    var filled = Filler.fill(bounds.shared(), Kind.WAITING, runs);
    var outcomes = new ArrayList<Outcome>();
    for (int round = 0; round < bounds.rounds(); round++) {
      outcomes.add(start(bounds.directory().resolve("round" + round), filled));
    }
    var name = "%,d waiting runs".formatted(runs);
    return List.of(
        Figure.ofItself(
            name + ", heap of the server",
            "MB",
            Series.of(outcomes, Outcome::heapMb),
            Goal.atMost(512, 1024)),
        Figure.ofItself(
            name + ", restart to ready",
            "s",
            Series.of(outcomes, Outcome::readySeconds),
            Goal.atMost(5, 10)),
        Figure.note(name + ", heap in use", "MB", Series.of(outcomes, Outcome::keptMb)),
        Figure.note(name + ", resident", "MB", Series.of(outcomes, Outcome::residentMb)));
  }

  private static Outcome start(Path directory, Path data) throws Exception {
    for (int heap : HEAPS_MB) {
      var own = Files.createDirectories(directory.resolve("heap" + heap));
      var log = own.resolve("gc.log");
      try (var server = Server.start(own, data, "-Xmx" + heap + "m", "-Xlog:gc:file=" + log)) {
        wakeOne(server);
        server.collect();
        return new Outcome(
            heap,
            server.readyAfter().toNanos() / 1e9,
            HeapLog.read(log).lastMiB() * 1.048576,
            server.residentMb());
      } catch (Server.NotReadyException e) {
        System.out.println("Not with a heap of " + heap + " MB.");
      }
    }
    throw new IllegalStateException("The server does not start.");
  }

  /** They are not only there: one that is sent its signal completes. */
  private static void wakeOne(Server server) throws Exception {
    try (var connection = new HttpConnection(server.port())) {
      var newest =
          connection.get("/api/runs?workflow=bench-signal&status=running&limit=1").expect(200);
      var path = RunOverHttp.path(RunOverHttp.field(newest.body(), "runId"));
      connection.post(path + "/signals/go", "\"on\"").expect(201);
      var ended = connection.get(path + RunOverHttp.UNTIL_END).expect(200);
      RunOverHttp.requireCompleted(ended.body());
    }
  }
}
