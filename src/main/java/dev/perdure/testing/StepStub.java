package dev.perdure.testing;

import static java.util.Objects.requireNonNull;

import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one name do in a test instead of their own code. Behaviours are used one after
 * the other, one for each time that the step is carried out, and the last one from then on; the
 * items of a map each begin with the first. Options of the step, like retries, stay as they are.
 *
 * <pre>{@code
 * test.stub("charge").fails(new IOException("down")).returns(new Payment("p-1"));
 * }</pre>
 */
public final class StepStub {

  /** One time of being carried out. */
  interface Behaviour {
    @Nullable Object run(@Nullable Object input, Step step) throws Exception;
  }

  private final Quiescences quiescences;

  // Guarded by this. An empty behaviour is the step's own code.
  private final List<Optional<Behaviour>> behaviours = new ArrayList<>();

  /** Gives the quiescence of the process that lives now. */
  interface Quiescences {
    Quiescence current();
  }

  StepStub(Quiescences quiescences) {
    this.quiescences = quiescences;
  }

  /** Returns this output. */
  public StepStub returns(@Nullable Object output) {
    return add((_, _) -> output);
  }

  /** Throws this; whether the step is tried again is up to its options. */
  public StepStub fails(Exception error) {
    return add((_, _) -> {
      throw error;
    });
  }

  /** Runs other code, on the input of a step that has one. */
  public <I> StepStub does(Class<I> input, StepFunction<I, ?> code) {
    return add(
        (in, step) -> code.run(input.cast(requireNonNull(in, "The step has no input.")), step));
  }

  /** Does nothing until it is interrupted: by its timeout, a cancellation or a crash. */
  public StepStub hangs() {
    return add((_, _) -> {
      quiescences.current().hang();
      return null;
    });
  }

  /** Runs the step's own code. */
  public synchronized StepStub runs() {
    behaviours.add(Optional.empty());
    return this;
  }

  private synchronized StepStub add(Behaviour behaviour) {
    behaviours.add(Optional.of(behaviour));
    return this;
  }

  /**
   * What is done this time; empty for the step's own code.
   *
   * @param time how often it has been carried out before
   */
  synchronized Optional<Behaviour> behaviour(int time) {
    return behaviours.isEmpty()
        ? Optional.empty()
        : behaviours.get(Math.min(time, behaviours.size() - 1));
  }
}
