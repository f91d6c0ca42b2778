package dev.perdure.torture.power;

import dev.perdure.twin.Twin;
import dev.perdure.twin.TwinBuild;
import java.nio.file.Path;
import java.util.List;

final class TrialMain {
  public static void main(String[] args) throws Exception {
    var dir = Path.of(args[0]);
    var recording = new Recording(dir.resolve("rec"));
    Trace trace;
    if (args[1].equals("replay")) {
      trace = Trace.read(dir.resolve("rec/trace"), recording.disk());
    } else {
      var server = recording.server();
      if (!args[1].equals("none")) {
        server.classesFirst(TwinBuild.of(Twin.valueOf(args[1])));
      }
      long t = System.nanoTime();
      trace = recording.record(server, 1, Long.parseLong(args[2]));
      System.out.println("recorded in ms " + (System.nanoTime() - t) / 1_000_000);
    }
    System.out.println("events " + trace.events().size());
    long t = System.nanoTime();
    var replay = new Replay(trace, dir.resolve("stage"), Recording.DATABASE);
    System.out.println(
        "promises " + replay.promises().size() + " ms " + (System.nanoTime() - t) / 1_000_000);
    replay.promises().stream()
        .map(p -> p.getClass().getSimpleName())
        .collect(
            java.util.stream.Collectors.groupingBy(x -> x, java.util.stream.Collectors.counting()))
        .forEach((a, b) -> System.out.println(a + " " + b));
    int every = Integer.parseInt(args[3]);
    var result =
        replay.run(place ->
            place % every != 0
                ? List.of()
                : List.of(
                    new Survival(Survival.Kind.SYNCED, 0),
                    new Survival(Survival.Kind.ALL, 0),
                    new Survival(Survival.Kind.SOME, 1),
                    new Survival(Survival.Kind.SOME, 2)));
    System.out.println(
        result.states()
            + " states, bad "
            + result.bad()
            + ", per s "
            + result.states() * 1e9 / result.nanos());
    result.findings().forEach(System.out::println);
  }
}
