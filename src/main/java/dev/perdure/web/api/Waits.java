package dev.perdure.web.api;

import dev.perdure.web.EngineGate;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The requests that wait for a change of a run. None holds a thread: when the change has come, or
 * the time is up, or the engine goes away, the request is dispatched again and answered. At most
 * 1,000 wait at once; one more is answered without waiting. Thread-safe.
 */
final class Waits {

  private static final int COUNT_MAX = 1_000;
  private static final Duration SLACK = Duration.ofSeconds(5);
  private static final String WAITED = Waits.class.getName();

  private final Set<CompletableFuture<Boolean>> waiting = ConcurrentHashMap.newKeySet();
  private final EngineGate gate;

  Waits(EngineGate gate) {
    this.gate = gate;
    gate.onChange(_ -> endAll());
  }

  /** Whether this request has waited before and now has to be answered. */
  boolean isOver(HttpServletRequest request) {
    return request.getAttribute(WAITED) != null;
  }

  /** Lets the request wait; false when too many do, or it can not. */
  boolean begin(HttpServletRequest request, CompletableFuture<Boolean> change, Duration atMost) {
    if (waiting.size() >= COUNT_MAX || !request.isAsyncSupported()) {
      return false;
    }
    request.setAttribute(WAITED, true);
    var async = request.startAsync();
    async.setTimeout(atMost.plus(SLACK).toMillis());
    var end = new Dispatch(async);
    async.addListener(end);
    waiting.add(change);
    change.whenComplete(
        (_, _) -> {
          waiting.remove(change);
          end.run();
        });
    if (!(gate.state() instanceof EngineGate.State.Ready)) {
      // It has changed while this request was being added.
      change.complete(false);
    }
    return true;
  }

  private void endAll() {
    waiting.forEach(change -> change.complete(false));
  }

  /** Dispatches a request again, once, whatever comes first. */
  private static final class Dispatch implements AsyncListener, Runnable {
    private final AsyncContext async;
    private final AtomicBoolean done = new AtomicBoolean();

    Dispatch(AsyncContext async) {
      this.async = async;
    }

    @Override
    public void run() {
      if (done.compareAndSet(false, true)) {
        async.dispatch();
      }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      run();
    }

    @Override
    public void onError(AsyncEvent event) {
      // The connection is gone; there is nobody to answer.
      done.set(true);
    }

    @Override
    public void onComplete(AsyncEvent event) {
      done.set(true);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
