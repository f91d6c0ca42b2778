package dev.perdure.engine;

import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import java.util.concurrent.CountDownLatch;

/** A step that a test holds in flight while it kills the engine. */
final class HeldStep {
  final CountDownLatch release = new CountDownLatch(1);
  volatile CountDownLatch entered = new CountDownLatch(1);
  volatile boolean hold = true;

  Workflow<String, String> workflow(StepOptions options) {
    return workflow("held", options);
  }

  Workflow<String, String> workflow(String name, StepOptions options) {
    return Workflow.named(name)
        .input(String.class, "")
        .step(
            "work",
            String.class,
            (in, _) -> {
              entered.countDown();
              if (hold) {
                release.await();
              }
              return in + "done";
            },
            options)
        .build();
  }
}
