package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a step is tried: its retries, its time and the errors that end it at once. Immutable; every
 * method answers a changed copy. {@link Steps} has the entry points for static import.
 */
public final class StepOptions {

  /** Two retries after 1 s and 2 s, no timeout. */
  public static final StepOptions DEFAULT =
      new StepOptions(RetryPolicy.DEFAULT, null, null, null, false, List.of());

  private static final Duration ZOMBIE_GRACE_DEFAULT_MAX = Duration.ofSeconds(60);
  private static final Duration TRANSACTION_MAX = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofDays(30);

  private final RetryPolicy retry;
  private final @Nullable Duration timeout;
  private final @Nullable Duration totalTimeout;
  private final @Nullable Duration zombieGrace;
  private final boolean atMostOnce;
  private final List<Class<? extends Throwable>> finalErrors;

  private StepOptions(
      RetryPolicy retry,
      @Nullable Duration timeout,
      @Nullable Duration totalTimeout,
      @Nullable Duration zombieGrace,
      boolean atMostOnce,
      List<Class<? extends Throwable>> finalErrors) {
    this.retry = retry;
    this.timeout = timeout;
    this.totalTimeout = totalTimeout;
    this.zombieGrace = zombieGrace;
    this.atMostOnce = atMostOnce;
    this.finalErrors = finalErrors;
  }

  /** How many attempts may follow the first; 0 means one attempt only. */
  public StepOptions retries(int retries) {
    return retry(
        new RetryPolicy(retries, retry.delay(), retry.factor(), retry.delayMax(), retry.jitter()));
  }

  /** The wait before the first retry, its growth and its cap. */
  public StepOptions backoff(Duration delay, double factor, Duration delayMax) {
    return retry(new RetryPolicy(retry.retries(), delay, factor, delayMax, retry.jitter()));
  }

  /** Draws each wait evenly between half of its length and all of it. */
  public StepOptions jitter() {
    return retry(
        new RetryPolicy(retry.retries(), retry.delay(), retry.factor(), retry.delayMax(), true));
  }

  /** Replaces the whole retry policy. */
  public StepOptions retry(RetryPolicy policy) {
    return new StepOptions(
        requireNonNull(policy, "policy"),
        timeout,
        totalTimeout,
        zombieGrace,
        atMostOnce,
        finalErrors);
  }

  /**
   * The time one attempt may take, 1 ms to 30 days. When it is up the attempt's thread is
   * interrupted and the attempt has failed; it is retried like any other failure.
   */
  public StepOptions timeout(Duration perAttempt) {
    return new StepOptions(
        retry, bounded(perAttempt, "timeout"), totalTimeout, zombieGrace, atMostOnce, finalErrors);
  }

  /**
   * The time that all attempts of the step may take together, with the waits between them; 1 ms to
   * 30 days, from the beginning of the first. When it is up the step has failed; it is not retried.
   * A retry that would only begin when it is up is not waited for: the step has failed at once.
   */
  public StepOptions totalTimeout(Duration allAttempts) {
    return new StepOptions(
        retry, timeout, bounded(allAttempts, "totalTimeout"), zombieGrace, atMostOnce, finalErrors);
  }

  /**
   * Never begins a second attempt, unless {@link #retries} is called behind this: then only an
   * attempt that is known to have failed is followed by another. An attempt whose end is not known,
   * because of a crash, or because it did not end within its grace after a timeout, blocks the run
   * for a person to decide.
   */
  public StepOptions atMostOnce() {
    return new StepOptions(
        new RetryPolicy(0, retry.delay(), retry.factor(), retry.delayMax(), retry.jitter()),
        timeout,
        totalTimeout,
        zombieGrace,
        true,
        finalErrors);
  }

  /**
   * How long the next attempt waits for one that timed out and still runs. After that the old
   * attempt is a zombie: it is counted and shown, and its result is refused. Default: the timeout,
   * at most 60 s.
   */
  public StepOptions zombieGrace(Duration grace) {
    return new StepOptions(
        retry, timeout, totalTimeout, bounded(grace, "zombieGrace"), atMostOnce, finalErrors);
  }

  /** Errors of this type, and of types that extend it, end the step without a retry. */
  public StepOptions finalOn(Class<? extends Throwable> type) {
    return new StepOptions(
        retry,
        timeout,
        totalTimeout,
        zombieGrace,
        atMostOnce,
        Stream.concat(finalErrors.stream(), Stream.of(type)).toList());
  }

  public RetryPolicy retry() {
    return retry;
  }

  /** The time one attempt may take; empty when it is not limited. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** The time all attempts may take together; empty when it is not limited. */
  public Optional<Duration> totalTimeout() {
    return Optional.ofNullable(totalTimeout);
  }

  /** Whether an attempt whose end is unknown blocks the run. */
  public boolean isAtMostOnce() {
    return atMostOnce;
  }

  /** How long the next attempt waits for a timed-out one that still runs. */
  public Duration zombieGrace() {
    if (zombieGrace != null) {
      return zombieGrace;
    }
    return timeout == null || timeout.compareTo(ZOMBIE_GRACE_DEFAULT_MAX) > 0
        ? ZOMBIE_GRACE_DEFAULT_MAX
        : timeout;
  }

  /** Whether this error ends the step at once. */
  public boolean isFinal(Throwable error) {
    return error instanceof FinalStepException
        || finalErrors.stream().anyMatch(type -> type.isInstance(error));
  }

  /**
   * These options, if a transactional step may have them.
   *
   * @throws IllegalArgumentException when its timeout is longer than 60 s: nothing else is written
   *     meanwhile
   */
  public StepOptions requireForTransaction() {
    if (timeout != null && timeout.compareTo(TRANSACTION_MAX) > 0) {
      throw new IllegalArgumentException(
          "A transactional step may take 60 s at most, because nothing else can be written"
              + " meanwhile; its timeout is "
              + timeout
              + ". Do the long part in an ordinary step before it.");
    }
    return this;
  }

  private static Duration bounded(Duration value, String name) {
    requireNonNull(value, name);
    if (value.toMillis() < 1 || value.compareTo(LIMIT) > 0) {
      throw new IllegalArgumentException(name + " must be 1 ms to 30 days, not " + value);
    }
    return value;
  }
}
