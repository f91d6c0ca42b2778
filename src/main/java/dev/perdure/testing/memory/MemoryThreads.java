package dev.perdure.testing.memory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Where a journal in memory runs the code of transactional steps, and how it bounds them. */
public interface MemoryThreads {

  /** A platform thread for each, and real time. */
  MemoryThreads PLATFORM =
      new MemoryThreads() {
        @Override
        public Thread start(Runnable code) {
          return Thread.ofPlatform().daemon().name("perdure-transaction").start(code);
        }

        @Override
        public void after(Duration delay, Runnable action) {
          CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(action);
        }
      };

  /** Starts the code on a thread of its own, which is the caller's to interrupt. */
  Thread start(Runnable code);

  /** Runs the action once this much time has gone by. */
  void after(Duration delay, Runnable action);
}
