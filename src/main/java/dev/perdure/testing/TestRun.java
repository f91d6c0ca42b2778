package dev.perdure.testing;

import com.google.gson.reflect.TypeToken;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.WaitingFor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run in a test. What it tells is how the run stands when nothing moves any more. */
public final class TestRun {

  private final WorkflowTester<?> test;
  private final RunId id;

  TestRun(WorkflowTester<?> test, RunId id) {
    this.test = test;
    this.id = id;
  }

  public RunId id() {
    return id;
  }

  /** All that the journal holds of it; its first 1,000 steps. */
  public RunDetail detail() {
    return test.detail(id);
  }

  public Status status() {
    return detail().run().status();
  }

  /** What it waits for; empty when it has ended. */
  public Optional<WaitingFor> waitingFor() {
    return Optional.ofNullable(detail().run().waitingFor());
  }

  /** Its first step of this name. */
  public Optional<StepRecord> step(String name) {
    return steps(name).stream().findFirst();
  }

  /** Its steps of this name, in the order in which they began. */
  public List<StepRecord> steps(String name) {
    return detail().steps().stream().filter(step -> step.name().equals(name)).toList();
  }

  /**
   * Its output.
   *
   * @throws AssertionError when it has not completed; the message says how it stands
   */
  public <T> T output(Class<T> type) {
    return output(TypeToken.get(type));
  }

  /** The same for a generic type. */
  public <T> T output(TypeToken<T> type) {
    var detail = detail();
    var output = detail.output();
    if (output == null || output.json() == null) {
      throw new AssertionError("Run " + id + " has not completed: " + standing(detail));
    }
    return test.decode(output.json(), type);
  }

  private static String standing(RunDetail detail) {
    var run = detail.run();
    return run.status().word()
        + (run.reason() == null ? "" : ", " + run.reason())
        + (run.waitingFor() == null ? "" : ", " + run.waitingFor())
        + (detail.error() == null ? "" : ", " + detail.error());
  }

  /** Sends it a signal and waits until nothing moves any more. */
  public TestRun signal(String name, @Nullable Object payload) {
    test.signal(id, name, payload);
    return this;
  }

  /** Asks for it to be cancelled and waits until nothing moves any more. */
  public TestRun cancel() {
    test.cancel(id);
    return this;
  }

  @Override
  public String toString() {
    return "run " + id;
  }
}
