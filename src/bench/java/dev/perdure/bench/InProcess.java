package dev.perdure.bench;

import dev.perdure.server.Perdure;
import dev.perdure.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Perdure inside of a program, as a process of its own: started and awaited through the embedded
 * face by virtual threads. It is told what to do by {@link Orders}, with the name of a workflow.
 */
final class InProcess {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private InProcess() {}

  /** Starts one on a database. */
  static Child start(Path data) throws IOException {
    return Child.start(InProcess.class, Java.EMBEDDED_FLAGS, data.toString());
  }

  /** Argument: the directory of the database. */
  public static void main(String[] arguments) throws Exception {
    var sequence = BenchWorkflows.sequence();
    var code = BenchWorkflows.code();
    var workflows = Map.of(sequence.name(), sequence, code.name(), code);
    try (var perdure = Perdure.open(Path.of(arguments[0]), sequence, code)) {
      Orders.obey(order -> {
        var workflow = workflows.get(order.what());
        var loop = new ClosedLoop(order.count());
        return loop.run(order.time(), _ -> () -> run(perdure, workflow)).line();
      });
    }
  }

  private static void run(Perdure perdure, Workflow<Payload, Payload> workflow) throws Exception {
    var id = perdure.start(workflow, Payload.EXAMPLE);
    var _ = perdure.result(workflow, id, PATIENCE).orElseThrow();
  }
}
