package dev.perdure.server;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

class FirstRequestDeadlineTest {

  private final Scheduler scheduler = mock(Scheduler.class);
  private final Scheduler.Task task = mock(Scheduler.Task.class);
  private final Connection connection = mock(Connection.class);
  private final EndPoint endPoint = mock(EndPoint.class);
  private final FirstRequestDeadline deadline =
      new FirstRequestDeadline(scheduler, Duration.ofSeconds(20));
  private Runnable whenTimeIsUp;

  @BeforeEach
  void open() {
    when(connection.getEndPoint()).thenReturn(endPoint);
    when(scheduler.schedule(any(), eq(20_000L), eq(TimeUnit.MILLISECONDS))).thenReturn(task);

    deadline.onOpened(connection);

    var action = ArgumentCaptor.forClass(Runnable.class);
    verify(scheduler).schedule(action.capture(), eq(20_000L), eq(TimeUnit.MILLISECONDS));
    whenTimeIsUp = action.getValue();
  }

  @Test
  void endsConnectionWithoutWholeRequest() {
    when(connection.getMessagesIn()).thenReturn(0L);

    whenTimeIsUp.run();

    verify(endPoint).close();
  }

  @Test
  void leavesConnectionAloneOnceRequestHasCome() {
    when(connection.getMessagesIn()).thenReturn(1L);

    whenTimeIsUp.run();

    verify(endPoint, never()).close();
  }

  @Test
  void forgetsConnectionThatHasClosed() {
    deadline.onClosed(connection);

    verify(task).cancel();
  }
}
