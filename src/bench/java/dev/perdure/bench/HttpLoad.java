package dev.perdure.bench;

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
      try (var clients = HttpClients.connect(port, order.count(), request(order.what()))) {
        return clients.run(order.time()).line();
      }
    });
  }

  private static String request(String workflow) {
    return "{\"workflow\":\"%s\",\"input\":%s}".formatted(workflow, Payload.JSON);
  }
}
