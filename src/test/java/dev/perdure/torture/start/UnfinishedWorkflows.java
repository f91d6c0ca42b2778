package dev.perdure.torture.start;

import static dev.perdure.workflow.Steps.retries;

import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Workflows that can be left unfinished in every way there is. While they are held, second steps do
 * not end and fragile ones fail; a server, where nobody holds them, lets them pass at once.
 */
public final class UnfinishedWorkflows implements WorkflowProvider {

  static final String ONE_STEP = "one-step";
  static final String TWO_STEPS = "two-steps";
  static final String SUSPECT = "suspect";
  static final String BACKOFF = "backoff";
  static final String NAP = "nap";
  static final String SIGNAL = "signal";
  static final String PARENT = "parent";

  /** The signal that a run of {@link #SIGNAL} waits for. */
  static final String WAKE_UP = "wake-up";

  private static final Duration LONG = Duration.ofDays(1);

  /** How many steps are in flight and do not end; null when they are let pass. */
  private static volatile Semaphore held;

  /** Called by the server. */
  public UnfinishedWorkflows() {}

  /** From now on steps are held; answers a semaphore with a permit for each one that is. */
  static Semaphore hold() {
    held = new Semaphore(0);
    return held;
  }

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(
        Workflow.named(ONE_STEP)
            .input(String.class, "input")
            .step("only", String.class, (input, _) -> input)
            .build(),
        twoSteps(TWO_STEPS),
        twoSteps(SUSPECT),
        Workflow.named(BACKOFF)
            .input(String.class, "input")
            .step(
                "fragile",
                String.class,
                (input, _) -> fragile(input),
                retries(2).backoff(LONG, 1, LONG))
            .build(),
        Workflow.named(NAP).input(Long.class, 0L).code(String.class, UnfinishedWorkflows::nap),
        Workflow.named(SIGNAL)
            .input(String.class, "input")
            .code(String.class, (_, context) -> context.await(WAKE_UP, String.class)),
        Workflow.named(PARENT)
            .input(String.class, "input")
            .code(
                String.class,
                (input, context) -> context.child("child", TWO_STEPS, input, String.class)));
  }

  private static Workflow<?, ?> twoSteps(String name) {
    return Workflow.named(name)
        .input(String.class, "input")
        .step("first", String.class, (input, _) -> input)
        .step("second", String.class, (input, _) -> held(input))
        .build();
  }

  private static String held(String input) throws InterruptedException {
    var steps = held;
    if (steps != null) {
      steps.release();
      new CountDownLatch(1).await();
    }
    return input;
  }

  private static String fragile(String input) {
    if (held != null) {
      throw new IllegalStateException("This fails as long as it is held.");
    }
    return input;
  }

  private static String nap(Long untilMs, RunContext context) {
    context.sleepUntil("nap", Instant.ofEpochMilli(untilMs));
    return "awake";
  }
}
