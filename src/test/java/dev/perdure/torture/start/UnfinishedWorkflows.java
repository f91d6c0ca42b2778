package dev.perdure.torture.start;

import static dev.perdure.workflow.Steps.retries;

import dev.perdure.workflow.RunContext;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

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

  private static final long LINGER_MS = 20;
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
            .step("only", String.class, (_, _) -> now())
            .build(),
        twoSteps(TWO_STEPS, UnfinishedWorkflows::now),
        twoSteps(SUSPECT, UnfinishedWorkflows::linger),
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

  private static Workflow<?, ?> twoSteps(String name, Callable<String> second) {
    return Workflow.named(name)
        .input(String.class, "input")
        .step("first", String.class, (input, _) -> input)
        .step("second", String.class, (_, _) -> held(second))
        .build();
  }

  private static String held(Callable<String> code) throws Exception {
    var steps = held;
    if (steps != null) {
      steps.release();
      new CountDownLatch(1).await();
    }
    return code.call();
  }

  /** When the code ran, in milliseconds. */
  private static String now() {
    return Long.toString(System.currentTimeMillis());
  }

  /** When the code began and ended; in between there is time for others to be seen beside it. */
  private static String linger() throws InterruptedException {
    var began = now();
    var _ = new CountDownLatch(1).await(LINGER_MS, TimeUnit.MILLISECONDS);
    return began + "-" + now();
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
