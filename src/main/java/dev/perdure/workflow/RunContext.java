package dev.perdure.workflow;

import com.google.gson.reflect.TypeToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a code workflow is given. Each call is recorded in the journal at its place;
 * after a restart the body runs again from the top, and calls that are in the journal answer from
 * there without running anything.
 *
 * <p>The body itself must therefore ask for the same things in the same order each time: what it
 * decides on comes from its input, from step outputs and from {@link #now()}, {@link #random()} and
 * {@link #uuid()}, and effects belong into steps. A body that asks for something else than the
 * journal holds is blocked, with both sides in the message. New calls are lawful behind the last
 * recorded one, and behind {@link #version}.
 *
 * <p>A context belongs to the one thread that runs the body; a call from another thread throws
 * {@link IllegalStateException}. Items of {@link #mapScoped} and branches of {@link #parallel} get
 * a context of their own, whose calls are an ordered list of their own.
 *
 * <p>Waits, retries and cancellation leave the body by an {@link Error} that must not be caught.
 * Whatever a body does after it has caught it anyway is ignored.
 */
public interface RunContext {

  /** The id of this run. */
  String runId();

  // Steps

  /**
   * Runs a step, or answers its recorded output. The input is recorded and shown; on replay it must
   * equal the recorded one.
   *
   * @throws StepFailedException when the step has failed for good
   * @throws LimitExceededException when the run has 100,000 entries
   */
  <I, O extends @Nullable Object> O step(
      String name, I input, TypeToken<O> output, StepFunction<I, O> code, StepOptions options);

  /** {@link #step(String, Object, TypeToken, StepFunction, StepOptions)} for a plain class. */
  default <I, O> O step(
      String name, I input, Class<O> output, StepFunction<I, O> code, StepOptions options) {
    return step(name, input, TypeToken.get(output), code, options);
  }

  /** The same with {@link StepOptions#DEFAULT}. */
  default <I, O> O step(String name, I input, Class<O> output, StepFunction<I, O> code) {
    return step(name, input, TypeToken.get(output), code, StepOptions.DEFAULT);
  }

  /**
   * Runs a transactional step: the SQL of its code and its completion commit together, or neither
   * does. It has the only writer of the journal to itself, so it must be short: its time per
   * attempt is 5 s by default and 60 s at most.
   *
   * @throws StepFailedException when the step has failed for good
   */
  <I, O extends @Nullable Object> O transaction(
      String name,
      I input,
      TypeToken<O> output,
      TransactionFunction<I, O> code,
      StepOptions options);

  /** The same for a plain class, with {@link StepOptions#DEFAULT}. */
  default <I, O> O transaction(
      String name, I input, Class<O> output, TransactionFunction<I, O> code) {
    return transaction(name, input, TypeToken.get(output), code, StepOptions.DEFAULT);
  }

  /** The same without an input of its own. */
  <O> O transaction(String name, Class<O> output, TransactionBody<O> code);

  // Fan-out

  /**
   * Runs one step for each item, several at once, and answers their outputs in the order of the
   * items. The first item that fails for good cancels the others: those in flight are interrupted,
   * those that wait are not tried again.
   *
   * @param name of the fan-out and of each of its steps
   * @param items at most 10,000
   * @throws StepFailedException when an item has failed for good; which one came first is recorded
   */
  <I, O> List<O> map(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options);

  /** The same for a plain class. */
  default <I, O> List<O> map(
      String name, List<I> items, Class<O> output, StepFunction<I, O> code, FanOut options) {
    return map(name, items, TypeToken.get(output), code, options);
  }

  /** The same with {@link FanOut#DEFAULT}. */
  default <I, O> List<O> map(String name, List<I> items, Class<O> output, StepFunction<I, O> code) {
    return map(name, items, TypeToken.get(output), code, FanOut.DEFAULT);
  }

  /** {@link #map} that lets every item come to its end and answers how each one did. */
  <I, O> List<Outcome<O>> mapAll(
      String name, List<I> items, TypeToken<O> output, StepFunction<I, O> code, FanOut options);

  /** The same for a plain class. */
  default <I, O> List<Outcome<O>> mapAll(
      String name, List<I> items, Class<O> output, StepFunction<I, O> code, FanOut options) {
    return mapAll(name, items, TypeToken.get(output), code, options);
  }

  /**
   * Runs a small body of its own for each item, with as many steps and waits as it likes. The step
   * options of {@code options} do not apply.
   *
   * @throws StepFailedException when the body of an item has failed
   */
  <I, O> List<O> mapScoped(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options);

  /** The same for a plain class. */
  default <I, O> List<O> mapScoped(
      String name, List<I> items, Class<O> output, WorkflowBody<I, O> code, FanOut options) {
    return mapScoped(name, items, TypeToken.get(output), code, options);
  }

  /** {@link #mapScoped} that lets every item come to its end and answers how each one did. */
  <I, O> List<Outcome<O>> mapScopedAll(
      String name, List<I> items, TypeToken<O> output, WorkflowBody<I, O> code, FanOut options);

  /**
   * Runs branches side by side. The first that fails cancels the others.
   *
   * @throws StepFailedException when a branch has failed
   */
  Branches parallel(String name, FanOut options, Branch<?>... branches);

  /** The same with {@link FanOut#DEFAULT}. */
  default Branches parallel(String name, Branch<?>... branches) {
    return parallel(name, FanOut.DEFAULT, branches);
  }

  /**
   * {@link #parallel} that lets every branch come to its end; {@link Branches#outcome} says how.
   */
  Branches parallelAll(String name, FanOut options, Branch<?>... branches);

  // Waiting

  /**
   * Waits for this long, measured by the monotonic clock while the process lives and by the stored
   * due instant after a restart. Holds no thread. Zero and less do not wait.
   *
   * @param duration at most 10 years
   */
  void sleep(String name, Duration duration);

  /** Waits until the wall clock shows this instant. Holds no thread. */
  void sleepUntil(String name, Instant instant);

  /**
   * Waits for a signal. One that was sent before the wait began has been kept, and is taken;
   * signals of one name are taken in the order in which they were sent, each once.
   *
   * @param signal the signal's name
   * @return empty when the time is up
   * @throws StepFailedException with code {@code value} when the payload is not of the type
   */
  <T> Optional<T> await(String signal, TypeToken<T> type, Duration timeout);

  /** The same for a plain class. */
  default <T> Optional<T> await(String signal, Class<T> type, Duration timeout) {
    return await(signal, TypeToken.get(type), timeout);
  }

  /** Waits for a signal, however long it takes. */
  <T> T await(String signal, Class<T> type);

  /**
   * Waits for the first of several signals. Which one it was, or that the time was up, is decided
   * once and is the same on each replay.
   *
   * @param signals 1 to 100 different names
   * @return empty when the time is up
   */
  Optional<Signal> awaitAny(Duration timeout, String... signals);

  // Child runs

  /**
   * Starts a run of another workflow and waits for its end, without a thread. Cancelling this run,
   * or the end of its time, reaches the child first.
   *
   * @throws StepFailedException when the child has failed (code {@code child-failed}) or was
   *     cancelled ({@code child-cancelled})
   * @throws LimitExceededException when runs are nested more than 16 deep
   */
  <I, O extends @Nullable Object> O child(
      String name, String workflow, I input, TypeToken<O> output);

  /** The same for a plain class. */
  default <I, O> O child(String name, String workflow, I input, Class<O> output) {
    return child(name, workflow, input, TypeToken.get(output));
  }

  /**
   * Starts a run of another workflow and goes on. The run lives by itself: it is not cancelled with
   * this one and does not share its time.
   *
   * @return its id
   */
  <I> String startChild(String name, String workflow, I input);

  // Compensation

  /**
   * Says how to undo what the next call does, should the run fail or be cancelled. To be called
   * directly before that call. When the run has failed or was cancelled, compensations run newest
   * first, each as a durable step with retries that nothing cancels; one whose call never began is
   * left out. One that fails for good blocks the run.
   */
  <I> void onFailure(String name, I input, CompensationFunction<I> code, StepOptions options);

  /** The same with {@link StepOptions#DEFAULT}. */
  default <I> void onFailure(String name, I input, CompensationFunction<I> code) {
    onFailure(name, input, code, StepOptions.DEFAULT);
  }

  // Recorded helpers

  /** The wall clock's time, the same on each replay. */
  Instant now();

  /** A random number from 0 (inclusive) to 1 (exclusive), the same on each replay. */
  double random();

  /** A random UUID of version 4, the same on each replay. */
  UUID uuid();

  // Code change

  /**
   * Lets a body be changed while runs of it are under way. Placed where new code begins:
   *
   * <pre>{@code
   * if (ctx.version("fraud-check", 1) >= 1) {
   *   ctx.step("fraud-check", …);
   * }
   * }</pre>
   *
   * @param change the name of the change
   * @param current the version of this code, from 1
   * @return the version that the run was at when it first came here: {@code current} for runs that
   *     come here for the first time, 0 for those that had passed before the change existed
   */
  int version(String change, int current);
}
