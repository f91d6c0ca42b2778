package dev.perdure.testing.memory;

import java.util.ArrayDeque;
import java.util.Deque;

/** How to take back what the command in hand has changed so far. Guarded by the store's lock. */
final class MemoryUndo {

  private final Deque<Runnable> steps = new ArrayDeque<>();

  void add(Runnable takeBack) {
    steps.push(takeBack);
  }

  /** All of it stays. */
  void forget() {
    steps.clear();
  }

  /** None of it stays. */
  void takeBack() {
    while (!steps.isEmpty()) {
      steps.pop().run();
    }
  }
}
