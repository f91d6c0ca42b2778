package dev.perdure.torture.hostile;

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
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Runs that wait, each in its way. What they do is noted with the monotonic clock of the machine,
 * which is the same for every process and which nobody sets.
 */
public final class TimeWorkflows implements WorkflowProvider {

  /** How long a sleep, a backoff or a timeout takes. */
  static final Duration NAP = Duration.ofSeconds(2);

  /** Called by the server. */
  public TimeWorkflows() {}

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(sleeps(), retrying(), timesOut(), until(), ticks());
  }

  private static Workflow<?, ?> sleeps() {
    return Workflow.named("sleeps")
        .input(Integer.class, 1)
        .code(
            String.class,
            (in, context) -> {
              context.step("before", in, String.class, (_, step) -> note("from", step));
              context.sleep("nap", NAP);
              return context.step("after", in, String.class, (_, step) -> note("to", step));
            });
  }

  private static Workflow<?, ?> retrying() {
    return Workflow.named("retries")
        .input(Integer.class, 1)
        .step(
            "only",
            String.class,
            (_, step) -> {
              if (step.attempt() == 1) {
                note("from", step);
                throw new IllegalStateException("not yet");
              }
              return note("to", step);
            },
            retries(1).backoff(NAP, 1, NAP))
        .build();
  }

  /** An attempt begins before the first line of its code does, so another step notes when. */
  private static Workflow<?, ?> timesOut() {
    return Workflow.named("times-out")
        .input(Integer.class, 1)
        .code(
            String.class,
            (in, context) -> {
              context.step("before", in, String.class, (_, step) -> note("from", step));
              return context.step(
                  "endless",
                  in,
                  String.class,
                  (_, step) -> noteInterrupt(step),
                  retries(0).timeout(NAP));
            });
  }

  private static String noteInterrupt(Step step) throws IOException {
    try {
      new CountDownLatch(1).await();
      return "";
    } catch (InterruptedException e) {
      return note("to", step);
    }
  }

  private static Workflow<?, ?> until() {
    return Workflow.named("until")
        .input(String.class, "2026-01-01T00:00:00Z")
        .code(
            String.class,
            (in, context) -> {
              context.step("before", in, String.class, (_, step) -> note("from", step));
              context.sleepUntil("date", Instant.parse(in));
              return context.step("after", in, String.class, (_, step) -> note("to", step));
            });
  }

  private static Workflow<?, ?> ticks() {
    return Workflow.named("ticks")
        .schedule("* * * * *")
        .input(Integer.class, 1)
        .step("only", String.class, (_, step) -> note("tick", step))
        .build();
  }

  private static String note(String what, Step step) throws IOException {
    var line = "%s %s %d%n".formatted(what, step.runId(), System.nanoTime());
    Files.writeString(
        Path.of(System.getenv("TORTURE_EFFECTS")),
        line,
        UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return what;
  }
}
