package dev.perdure.torture.storage;

import static dev.perdure.workflow.Steps.retries;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Steps that do nothing but note when they begin, on the monotonic clock that all processes share.
 * They have little time, and no second attempt.
 */
public final class ChainWorkflows implements WorkflowProvider {

  static final String SEQUENCE = "chain-sequence";
  static final String CODE = "chain-code";
  static final List<String> STEPS = List.of("one", "two", "three");

  private static final StepOptions STRICT = retries(0).timeout(Duration.ofMillis(400));

  /** Called by the server. */
  public ChainWorkflows() {}

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    var sequence =
        Workflow.named(SEQUENCE)
            .input(Integer.class, 1)
            .step("one", Integer.class, ChainWorkflows::note, STRICT)
            .step("two", Integer.class, ChainWorkflows::note, STRICT)
            .step("three", Integer.class, ChainWorkflows::note, STRICT)
            .build();
    var code =
        Workflow.named(CODE)
            .input(Integer.class, 1)
            .code(
                Integer.class,
                (in, context) -> {
                  int value = in;
                  for (var name : STEPS) {
                    value = context.step(name, value, Integer.class, ChainWorkflows::note, STRICT);
                  }
                  return value;
                });
    return List.of(sequence, code);
  }

  private static Integer note(Integer value, Step step) throws IOException {
    var line = "%s %s %d%n".formatted(step.runId(), step.name(), System.nanoTime());
    Files.writeString(
        Path.of(System.getenv("TORTURE_EFFECTS")),
        line,
        UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return value + 1;
  }
}
