package dev.perdure.torture.storage;

import static dev.perdure.workflow.Steps.retries;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.workflow.Step;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;

/**
 * A step that takes all the space of the disk on which its result is to be stored: its first
 * attempt does, and leaves the file behind. Every attempt is noted when it begins.
 */
public final class FillWorkflows implements WorkflowProvider {

  static final String FILL = "fill";

  /** The environment variable that names the file. */
  static final String BALLAST = "TORTURE_BALLAST";

  /** The log of the database has no place left that is as long. */
  static final int RESULT_CHARS = 900_000;

  private static final int CHUNK = 64 << 10;

  /** Called by the server. */
  public FillWorkflows() {}

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(
        Workflow.named(FILL)
            .input(Integer.class, 1)
            .step("fill", String.class, FillWorkflows::fill, retries(0))
            .step("after", Integer.class, FillWorkflows::length, retries(0))
            .build());
  }

  private static String fill(Integer in, Step step) throws IOException {
    note(step);
    if (step.attempt() == 1) {
      takeAllSpace(Path.of(System.getenv(BALLAST)));
    }
    return "x".repeat(RESULT_CHARS);
  }

  private static Integer length(String before, Step step) throws IOException {
    note(step);
    return before.length();
  }

  private static void takeAllSpace(Path file) {
    try (var out = new FileOutputStream(file.toFile())) {
      var chunk = new byte[CHUNK];
      while (!Thread.currentThread().isInterrupted()) {
        out.write(chunk);
      }
    } catch (IOException e) {
      // There is no more, as it was to be.
    }
  }

  private static void note(Step step) throws IOException {
    Files.writeString(
        Path.of(System.getenv("TORTURE_EFFECTS")),
        "%s %d%n".formatted(step.name(), step.attempt()),
        UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
