package dev.perdure.bench;

import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineOptions;
import dev.perdure.engine.Ports;
import dev.perdure.journal.RunId;
import dev.perdure.server.Perdure;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import dev.perdure.workflow.Workflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs that are killed in the middle, and the process that goes on with them. The first process
 * holds the steps until all runs are accepted, and says when half of the steps have been carried
 * out; the second says when every run has ended.
 *
 * <p>Arguments: {@code begin} or {@code finish}, a directory, and how many runs.
 */
final class Recovery {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
  private static final RunId NO_RUN =
      RunId.parse("01900000-0000-7000-8000-000000000000").orElseThrow();

  private final CountDownLatch accepted = new CountDownLatch(1);
  private final CountDownLatch halfDone = new CountDownLatch(1);
  private final AtomicLong carriedOut = new AtomicLong();
  private final int runs;

  private Recovery(int runs) {
    this.runs = runs;
  }

  /** Called in a process of its own. */
  public static void main(String[] arguments) throws Exception {
    var directory = Path.of(arguments[1]);
    var recovery = new Recovery(Integer.parseInt(arguments[2]));
    if (arguments[0].equals("begin")) {
      recovery.begin(directory);
    } else {
      recovery.finish(directory);
    }
  }

  private Workflow<Payload, Payload> workflow() {
    return Workflow.named("bench-recovery")
        .input(Payload.class, Payload.EXAMPLE)
        .step("first", Payload.class, (value, _) -> carryOut(value))
        .step("second", Payload.class, (value, _) -> carryOut(value))
        .step("third", Payload.class, (value, _) -> carryOut(value))
        .build();
  }

  private Payload carryOut(Payload value) throws InterruptedException {
    accepted.await();
    if (carriedOut.incrementAndGet() == runs * Load.STEPS_PER_RUN / 2) {
      halfDone.countDown();
    }
    return value;
  }

  private void begin(Path directory) throws Exception {
    var workflow = workflow();
    var perdure = Perdure.open(directory, workflow);
    var callers = new ArrayList<Thread>();
    for (int i = 0; i < runs; i++) {
      callers.add(Thread.startVirtualThread(() -> perdure.start(workflow, Payload.EXAMPLE)));
    }
    for (var caller : callers) {
      caller.join();
    }
    accepted.countDown();
    halfDone.await();
    System.out.println(Orders.ANSWER + "half");
    new CountDownLatch(1).await();
  }

  private void finish(Path directory) throws Exception {
    accepted.countDown();
    var ports = Ports.system();
    var options = SqliteOptions.with(ports.time(), ports.time()::nanos);
    var journal = SqliteJournal.open(directory, options);
    var engine = new Engine(journal, List.of(workflow()), EngineOptions.DEFAULT, ports);
    engine.start();
    while (engine.reader().counts(1).values().stream().anyMatch(n -> n > 0)) {
      var _ = engine.commits().nextChangeOf(NO_RUN, LOOK_AGAIN).get();
    }
    System.out.println(Orders.ANSWER + "finished");
    engine.close();
  }
}
