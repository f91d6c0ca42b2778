import static java.time.Duration.ofMinutes;
import static java.util.Objects.requireNonNull;

import dev.perdure.workflow.Steps;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;

/**
 * The workflow of the image test. Each step leaves a line in a file of its run, so that what really
 * ran can be counted; the one in the middle goes on until a second file appears.
 */
public final class HeldWorkflow implements WorkflowProvider {

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(
        Workflow.named("held")
            .version(1)
            .describedAs("Waits in its second step until it is let go")
            .input(String.class, "anything")
            .step("before", String.class, (input, step) -> effect(step.runId(), "before"))
            .step("hold", String.class, (input, step) -> hold(step.runId()), Steps.timeout(ofMinutes(5)))
            .step("after", String.class, (input, step) -> effect(step.runId(), "after"))
            .build());
  }

  private static String hold(String run) throws IOException, InterruptedException {
    effect(run, "hold begins");
    while (!Files.exists(Path.of("/data/let-go-" + run))) {
      Thread.sleep(50);
    }
    return effect(run, "hold ends");
  }

  private static String effect(String run, String line) throws IOException {
    var file = Path.of("/data/effects-" + requireNonNull(run));
    Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return line;
  }
}
