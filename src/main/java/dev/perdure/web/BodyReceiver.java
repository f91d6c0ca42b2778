package dev.perdure.web;

import static dev.perdure.web.ProblemCode.BODY_TIMEOUT;
import static dev.perdure.web.ProblemCode.INCOMPLETE_BODY;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Receives one body as it comes and then has the request dispatched again, which finds the result.
 * The deadline is for the whole body: a client can not move it by sending another byte.
 */
final class BodyReceiver implements ReadListener, AsyncListener {

  /** How receiving ended. */
  sealed interface Result {}

  /** The body is there. */
  static final class Received implements Result {
    final byte[] body;

    Received(byte[] body) {
      this.body = body;
    }
  }

  /** It is not, and this is why. */
  record Refused(Problem problem) implements Result {}

  private static final String RESULT = BodyReceiver.class.getName();
  private static final int CHUNK = 8 << 10;

  private final HttpServletRequest request;
  private final AsyncContext async;
  private final ServletInputStream in;
  private final int limit;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final AtomicBoolean ended = new AtomicBoolean();

  private BodyReceiver(HttpServletRequest request, AsyncContext async, int limit)
      throws IOException {
    this.request = request;
    this.async = async;
    this.in = request.getInputStream();
    this.limit = limit;
  }

  /** What came of it; null when receiving has not been started. */
  static @Nullable Result resultOf(HttpServletRequest request) {
    return request.getAttribute(RESULT) instanceof Result result ? result : null;
  }

  static void start(HttpServletRequest request, int limit, Duration deadline) throws IOException {
    var async = request.startAsync();
    async.setTimeout(deadline.toMillis());
    var receiver = new BodyReceiver(request, async, limit);
    async.addListener(receiver);
    receiver.in.setReadListener(receiver);
  }

  @Override
  public void onDataAvailable() throws IOException {
    var chunk = new byte[CHUNK];
    while (!ended.get() && in.isReady() && !in.isFinished()) {
      int count = in.read(chunk);
      if (count < 0) {
        return;
      }
      if (received.size() + count > limit) {
        end(new Refused(BodyFilter.tooLarge(limit)));
        return;
      }
      received.write(chunk, 0, count);
    }
  }

  @Override
  public void onAllDataRead() {
    end(new Received(received.toByteArray()));
  }

  @Override
  public void onError(Throwable thrown) {
    var problem = Problem.of(INCOMPLETE_BODY, "The body could not be read to its end.");
    end(new Refused(problem.closing()));
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    var problem = Problem.of(BODY_TIMEOUT, "The body did not arrive in time. Send it at once.");
    end(new Refused(problem.closing()));
  }

  @Override
  public void onError(AsyncEvent event) {}

  @Override
  public void onComplete(AsyncEvent event) {}

  @Override
  public void onStartAsync(AsyncEvent event) {}

  private void end(Result result) {
    if (ended.compareAndSet(false, true)) {
      request.setAttribute(RESULT, result);
      async.dispatch();
    }
  }
}
