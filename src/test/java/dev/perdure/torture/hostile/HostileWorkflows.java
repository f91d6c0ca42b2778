package dev.perdure.torture.hostile;

import static dev.perdure.workflow.Branch.branch;
import static dev.perdure.workflow.Steps.retries;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.workflow.Step;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs that end their process, each in its way and each time, some that only fail in an unpleasant
 * way, and one that wants to get its work done. Every step notes that it has begun.
 */
public final class HostileWorkflows implements WorkflowProvider {

  static final int EXIT_CODE = 7;
  static final int HALT_CODE = 9;

  /** Those that end the process until they are not let any more. */
  static final List<String> DEEDS =
      List.of("exits", "exits-in-code", "exits-twice", "halts", "kills", "fills-memory");

  /** Those that only fail, and harm nobody beside them. */
  static final List<String> FAILURES =
      List.of("ends-late", "spins", "overflows-the-stack", "says-nothing", "returns-too-much");

  static final String BYSTANDER = "bystander";

  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final Duration OVERTIME = Duration.ofMillis(600);
  private static final int TOO_MUCH = 2 << 20;

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** What one of them does. */
  @FunctionalInterface
  private interface Deed {
    void commit() throws Exception;
  }

  /** Called by the server. */
  public HostileWorkflows() {}

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(
        sequence("exits", () -> System.exit(EXIT_CODE)),
        code("exits-in-code", () -> System.exit(EXIT_CODE)),
        exitsTwice(),
        sequence("halts", () -> Runtime.getRuntime().halt(HALT_CODE)),
        code("kills", HostileWorkflows::killOwnProcess),
        sequence("fills-memory", HostileWorkflows::fillMemory),
        overtime("ends-late", HostileWorkflows::ignoreInterrupts),
        overtime("spins", HostileWorkflows::spin),
        sequence("overflows-the-stack", HostileWorkflows::overflow),
        sequence("says-nothing", HostileWorkflows::sayNothing),
        returnsTooMuch(),
        bystander());
  }

  private static Workflow<?, ?> sequence(String name, Deed deed) {
    return Workflow.named(name)
        .input(Integer.class, 1)
        .step("only", String.class, (_, step) -> commit(deed, step), retries(0))
        .build();
  }

  private static Workflow<?, ?> overtime(String name, Deed deed) {
    return Workflow.named(name)
        .input(Integer.class, 1)
        .step("only", String.class, (_, step) -> commit(deed, step), retries(0).timeout(TIMEOUT))
        .build();
  }

  private static Workflow<?, ?> returnsTooMuch() {
    return Workflow.named("returns-too-much")
        .input(Integer.class, 1)
        .step(
            "only",
            String.class,
            (_, step) -> {
              note(step);
              return "x".repeat(TOO_MUCH);
            },
            retries(0))
        .build();
  }

  private static Workflow<?, ?> code(String name, Deed deed) {
    return Workflow.named(name)
        .input(Integer.class, 1)
        .code(
            String.class,
            (in, context) ->
                context.step(
                    "only", in, String.class, (_, step) -> commit(deed, step), retries(0)));
  }

  private static Workflow<?, ?> exitsTwice() {
    Deed deed = () -> System.exit(EXIT_CODE);
    return Workflow.named("exits-twice")
        .input(Integer.class, 1)
        .code(
            String.class,
            (in, context) -> {
              var left =
                  branch(
                      "left",
                      String.class,
                      c -> c.step("one", in, String.class, (_, step) -> commit(deed, step)));
              var right =
                  branch(
                      "right",
                      String.class,
                      c -> c.step("two", in, String.class, (_, step) -> commit(deed, step)));
              return context.parallel("both", left, right).get(left);
            });
  }

  private static Workflow<?, ?> bystander() {
    return Workflow.named(BYSTANDER)
        .input(Integer.class, 1)
        .code(
            Integer.class,
            (in, context) -> {
              int sum = in;
              for (int i = 0; i < 3; i++) {
                sum = context.step("add-" + i, sum, Integer.class, (n, step) -> noted(step, n + 1));
                context.sleep("pause-" + i, PAUSE);
              }
              return sum;
            });
  }

  private static String commit(Deed deed, Step step) throws Exception {
    note(step);
    deed.commit();
    return "done";
  }

  private static int noted(Step step, int value) throws IOException {
    note(step);
    return value;
  }

  private static void note(Step step) throws IOException {
    var line = "%s %s %d%n".formatted(step.runId(), step.name(), step.attempt());
    Files.writeString(
        Path.of(System.getenv("TORTURE_EFFECTS")),
        line,
        UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static void killOwnProcess() throws Exception {
    var pid = Long.toString(ProcessHandle.current().pid());
    new ProcessBuilder("/bin/kill", "-KILL", pid).start().waitFor();
  }

  private static void fillMemory() {
    var blocks = new ArrayList<byte[]>();
    while (!Thread.currentThread().isInterrupted()) {
      blocks.add(new byte[1 << 20]);
    }
  }

  /** Ends well, but long after its time was up. */
  private static void ignoreInterrupts() {
    long end = System.nanoTime() + OVERTIME.toNanos();
    var never = new CountDownLatch(1);
    for (long left = OVERTIME.toNanos(); left > 0; left = end - System.nanoTime()) {
      try {
        var _ = never.await(left, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        // That is what it is here for.
      }
    }
  }

  private static void spin() {
    long end = System.nanoTime() + OVERTIME.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static void overflow() {
    var _ = depth(0);
  }

  private static int depth(int above) {
    return depth(above + 1) + 1;
  }

  private static void sayNothing() {
    throw new IllegalStateException() {
      @Override
      public String getMessage() {
        throw new UnsupportedOperationException("not even this");
      }
    };
  }
}
