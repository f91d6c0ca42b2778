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

  private final Set<Wait> waiting = ConcurrentHashMap.newKeySet();
  private final EngineGate gate;

  Waits(EngineGate gate) {
    this.gate = gate;
    gate.onChange(_ -> waiting.forEach(Wait::end));
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
    var wait = new Wait(async, change);
    async.addListener(wait);
    waiting.add(wait);
    var _ = change.whenComplete((_, _) -> wait.end());
    if (!(gate.state() instanceof EngineGate.State.Ready)) {
      // It has changed while this request was being added.
      wait.end();
    }
    return true;
  }

  /** One request; ends once, by whatever comes first. */
  private final class Wait implements AsyncListener {
    private final AsyncContext async;
    private final CompletableFuture<Boolean> change;
    private final AtomicBoolean ended = new AtomicBoolean();

    Wait(AsyncContext async, CompletableFuture<Boolean> change) {
      this.async = async;
      this.change = change;
    }

    /** Has the request answered. */
    void end() {
      if (leave()) {
        async.dispatch();
      }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      end();
    }

    @Override
    public void onError(AsyncEvent event) {
      // The connection is gone; there is nobody to answer.
      leave();
    }

    @Override
    public void onComplete(AsyncEvent event) {
      leave();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}

    private boolean leave() {
      if (!ended.compareAndSet(false, true)) {
        return false;
      }
      waiting.remove(this);
      change.complete(false);
      return true;
    }
  }
}
