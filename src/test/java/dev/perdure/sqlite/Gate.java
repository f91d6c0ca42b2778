package dev.perdure.sqlite;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Holds the writer just before a commit, so that what a test submits then is one batch. */
class Gate extends Seams {

  private final CountDownLatch open = new CountDownLatch(1);
  private final CountDownLatch reached = new CountDownLatch(1);
  private volatile boolean armed;

  /** Submits one command and returns when the writer is about to commit it. */
  <R> CompletableFuture<R> hold(Supplier<CompletableFuture<R>> submit) {
    armed = true;
    var held = submit.get();
    await(reached);
    return held;
  }

  boolean isArmed() {
    return armed;
  }

  void release() {
    open.countDown();
  }

  @Override
  void committing(@Nullable Session writer, int commands) {
    if (armed) {
      armed = false;
      reached.countDown();
      await(open);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("Waited in vain.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
