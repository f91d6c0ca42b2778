package dev.perdure.torture.storage;

import com.google.gson.JsonObject;
import dev.perdure.torture.Client;
import dev.perdure.torture.TortureWorkflows;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts one run after the other, and remembers what was acknowledged, and when. */
final class Posts implements AutoCloseable {

  private static final int BEFORE_THE_FAULT = 10;

  private final Client client;
  private final List<String> acknowledged = new CopyOnWriteArrayList<>();
  private final CountDownLatch underWay = new CountDownLatch(BEFORE_THE_FAULT);
  private final Thread thread = Thread.ofVirtual().unstarted(this::run);
  private volatile long lastAckNanos;
  private volatile boolean stopped;

  Posts(URI server) {
    client = new Client(server);
    thread.start();
  }

  /** What asks for a run. */
  static JsonObject start() {
    var body = new JsonObject();
    body.addProperty("workflow", TortureWorkflows.SHORT);
    return body;
  }

  private void run() {
    try {
      while (!stopped) {
        var answer = client.post("/api/runs", "-", start());
        if (answer.isAck()) {
          lastAckNanos = System.nanoTime();
          acknowledged.add(answer.text("runId"));
          underWay.countDown();
        }
      }
    } catch (IOException e) {
      // The server is gone, as it should be.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until some have been acknowledged. */
  void awaitUnderWay() throws InterruptedException {
    if (!underWay.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("Nothing is acknowledged.");
    }
  }

  /** After the server has ended: when it acknowledged the last, on the monotonic clock. */
  long lastAckNanos() throws InterruptedException {
    thread.join();
    return lastAckNanos;
  }

  List<String> acknowledged() {
    return acknowledged;
  }

  @Override
  public void close() {
    stopped = true;
    client.close();
  }
}
