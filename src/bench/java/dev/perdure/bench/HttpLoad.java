package dev.perdure.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of a server, as a process of their own: each starts a run, waits until it has completed,
 * and starts the next. It is told what to do by {@link Orders}, with the name of a workflow.
 */
final class HttpLoad {

  private HttpLoad() {}

  /** Argument: the port of the server on this machine. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    Orders.obey(order -> {
      var connections = connect(port, order.count());
      var request = request(order.what());
      try {
        return ClosedLoop.ofPlatformThreads(order.count())
            .run(
                order.time(),
                number ->
                    () -> RunOverHttp.start(connections.get(number), request).awaitCompletion())
            .line();
      } finally {
        for (var connection : connections) {
          connection.close();
        }
      }
    });
  }

  private static List<HttpConnection> connect(int port, int count) throws IOException {
    var connections = new ArrayList<HttpConnection>();
    for (int i = 0; i < count; i++) {
      connections.add(new HttpConnection(port));
    }
    return connections;
  }

  private static String request(String workflow) {
    return "{\"workflow\":\"%s\",\"input\":%s}".formatted(workflow, Payload.JSON);
  }
}
