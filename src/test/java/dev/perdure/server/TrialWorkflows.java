package dev.perdure.server;

import static dev.perdure.workflow.Steps.retries;
import static dev.perdure.workflow.Steps.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.workflow.InputBuilder;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Workflows for the tests of whole processes. Their steps write into a ledger outside of the
 * database, and ask the test's {@link Conductor} how to go on. Runs in the server's process, out of
 * a jar in PERDURE_WORKFLOWS.
 */
public final class TrialWorkflows implements WorkflowProvider {

  static final Duration LIMIT = Duration.ofMillis(200);

  private static final StepOptions HOSTILE =
      timeout(LIMIT).retries(0).zombieGrace(Duration.ofMillis(1));

  /** Called by the server. */
  public TrialWorkflows() {}

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(
        sequence("three-steps", retries(2)),
        sequence("retry-soon", backoff(Duration.ofMillis(300))),
        sequence("retry-later", backoff(Duration.ofMillis(2_500))),
        between(),
        quick(),
        oneStep("sleeps", HOSTILE, TrialWorkflows::pause),
        oneStep("spins", HOSTILE, () -> spin(Duration.ofMillis(800))),
        oneStep("swallows", HOSTILE, TrialWorkflows::pauseUninterruptibly),
        oneStep("spins-on", StepOptions.DEFAULT, () -> spin(Duration.ofMinutes(1))),
        exits());
  }

  private static StepOptions backoff(Duration delay) {
    return retries(2).backoff(delay, 1, delay);
  }

  private static InputBuilder<String> named(String name) {
    return Workflow.named(name).input(String.class, "input");
  }

  /** Three steps; the second asks how to go on. */
  private static Workflow<?, ?> sequence(String name, StepOptions second) {
    return named(name)
        .step("first", String.class, (_, step) -> note(step))
        .step("second", String.class, (_, step) -> asked(note(step), step), second)
        .step("third", String.class, (_, step) -> note(step))
        .build();
  }

  /** Two steps, and a body that asks how to go on between them. */
  private static Workflow<?, ?> between() {
    return named("between")
        .code(
            String.class,
            (input, context) -> {
              context.step("first", input, String.class, (_, step) -> note(step));
              ask("between");
              return context.step("second", input, String.class, (_, step) -> note(step));
            });
  }

  private static Workflow<?, ?> quick() {
    return named("quick")
        .step("first", String.class, (input, _) -> input)
        .step("second", String.class, (input, _) -> input)
        .build();
  }

  private static Workflow<?, ?> oneStep(String name, StepOptions options, Callable<String> code) {
    return named(name)
        .step(
            "only",
            String.class,
            (_, step) -> {
              note(step);
              return code.call();
            },
            options)
        .build();
  }

  /** Its step ends the whole process once, as only a bad step does. */
  private static Workflow<?, ?> exits() {
    return named("exits")
        .step(
            "only",
            String.class,
            (_, step) -> {
              note(step);
              ask("exits");
              if (step.attempt() == 1) {
                System.exit(7);
              }
              return "done";
            })
        .build();
  }

  private static String note(Step step) throws IOException {
    var line = step.runId() + " " + step.name() + " " + step.attempt() + "\n";
    Files.writeString(
        Path.of(System.getenv("TRIAL_LEDGER")),
        line,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return step.name();
  }

  private static String asked(String output, Step step) throws IOException {
    if (!ask(step.name() + " " + step.attempt()).equals("go")) {
      throw new IllegalStateException("The test wants this to fail.");
    }
    return output;
  }

  private static String ask(String question) throws IOException {
    int port = Integer.parseInt(System.getenv("TRIAL_CONDUCTOR"));
    try (var socket = new Socket("127.0.0.1", port);
        var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
      socket.getOutputStream().write((question + "\n").getBytes(UTF_8));
      return String.valueOf(answer.readLine());
    }
  }

  private static String pause() throws InterruptedException {
    var _ = new CountDownLatch(1).await(1, TimeUnit.MINUTES);
    return "paused";
  }

  private static String pauseUninterruptibly() {
    long end = System.nanoTime() + Duration.ofMillis(800).toNanos();
    while (System.nanoTime() < end) {
      try {
        var _ = new CountDownLatch(1).await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        // This is what a hostile step does.
      }
    }
    return "paused";
  }

  private static String spin(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return "spun";
  }
}
