package dev.perdure.bench;

import dev.perdure.journal.RunId;
import dev.perdure.server.Perdure;
import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One run of very many steps, written as code, as a process of its own: what its first tenth and
 * its last one cost, and how long it takes to replay them all. For each of {@link Orders}, whose
 * count is the number of steps, it answers three numbers: steps a second in the first tenth and in
 * the last, and the milliseconds of the replay.
 */
final class LongRun {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** When each step was carried out; a replay carries out none. */
  private static volatile long[] carriedOut = new long[0];

  private LongRun() {}

  /** Argument: the directory of the database. */
  public static void main(String[] arguments) throws Exception {
    var workflow =
        Workflow.named("bench-long").input(Integer.class, 10).code(Integer.class, LongRun::body);
    try (var perdure = Perdure.open(Path.of(arguments[0]), workflow)) {
      Orders.obey(order -> measure(perdure, workflow, order.count()));
    }
  }

  private static Integer body(Integer steps, RunContext context) {
    for (int i = 0; i < steps; i++) {
      int number = i;
      context.step("step", Payload.EXAMPLE, Payload.class, (value, _) -> noted(number, value));
    }
    var _ = context.await("replay", String.class);
    return steps;
  }

  private static Payload noted(int number, Payload value) {
    carriedOut[number] = System.nanoTime();
    return value;
  }

  private static String measure(Perdure perdure, Workflow<Integer, Integer> workflow, int steps)
      throws InterruptedException {
    carriedOut = new long[steps];
    var id = perdure.start(workflow, steps);
    awaitWaiting(perdure, id);
    long before = System.nanoTime();
    perdure.signal(id, "replay", "now");
    var _ = perdure.await(id, PATIENCE).orElseThrow();
    double replayMs = (System.nanoTime() - before) / 1e6;
    int tenth = Math.max(1, steps / 10);
    return rate(0, tenth) + " " + rate(steps - 1 - tenth, steps - 1) + " " + replayMs;
  }

  /** A run that waits holds nothing; it is replayed when it goes on. */
  private static void awaitWaiting(Perdure perdure, RunId id) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (perdure.find(id).orElseThrow().run().waitingFor() == null) {
      if (System.nanoTime() > end || perdure.await(id, LOOK_AGAIN).isPresent()) {
        throw new IllegalStateException("The run does not wait.");
      }
    }
  }

  private static double rate(int from, int to) {
    return (to - from) / ((carriedOut[to] - carriedOut[from]) / 1e9);
  }
}
