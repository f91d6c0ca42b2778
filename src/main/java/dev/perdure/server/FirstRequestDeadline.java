package dev.perdure.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Ends connections whose first request has not come in time, whole but for its body. An idle
 * timeout does not: a byte now and then, from clients that mean harm, begins it anew.
 */
final class FirstRequestDeadline implements Connection.Listener {

  private final Scheduler scheduler;
  private final Duration deadline;
  private final Map<Connection, Scheduler.Task> waiting = new ConcurrentHashMap<>();

  FirstRequestDeadline(Scheduler scheduler, Duration deadline) {
    this.scheduler = scheduler;
    this.deadline = deadline;
  }

  @Override
  public void onOpened(Connection connection) {
    var task =
        scheduler.schedule(() -> check(connection), deadline.toMillis(), TimeUnit.MILLISECONDS);
    waiting.put(connection, task);
  }

  @Override
  public void onClosed(Connection connection) {
    var task = waiting.remove(connection);
    if (task != null) {
      task.cancel();
    }
  }

  private void check(Connection connection) {
    waiting.remove(connection);
    if (connection.getMessagesIn() == 0) {
      connection.getEndPoint().close();
    }
  }
}
