package dev.perdure.engine;

import dev.perdure.journal.RunId;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One try at a step, on a thread of its own. Its outcome is decided once, by whoever is first: the
 * code that ends, the timeout, or the shutdown that gave up on it. What the code does after that is
 * refused, and seen only as a {@linkplain Zombies zombie}.
 */
final class Attempt implements Step {

  /** How an attempt ended, as far as its run is concerned. */
  sealed interface Outcome {
    record Returned(String json) implements Outcome {}

    record Threw(Throwable error) implements Outcome {}

    record TimedOut(Duration limit, List<StackTraceElement> stack) implements Outcome {}

    /** Ended by a shutdown; it counts as never having been tried. */
    record CutOff() implements Outcome {}
  }

  /** What the attempt runs: answers the output as JSON. */
  @FunctionalInterface
  interface Code {
    String run(Step step) throws Exception;
  }

  private final RunId runId;
  private final int ordinal;
  private final String name;
  private final int number;
  private final StepOptions options;
  private final Time time;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private volatile boolean cutOff;
  private volatile boolean started;
  private volatile long startedNanos;
  private volatile @Nullable Instant timedOutAt;
  private volatile long timedOutNanos;

  Attempt(RunId runId, int ordinal, String name, int number, StepOptions options, Time time) {
    this.runId = runId;
    this.ordinal = ordinal;
    this.name = name;
    this.number = number;
    this.options = options;
    this.time = time;
  }

  /** Begins; the outcome completes sooner or later, at the latest with the timeout. */
  void start(StepThreads threads, Code code) {
    startedNanos = time.nanos();
    started = true;
    var timeout =
        options.timeout().map(limit -> time.after(limit, () -> timeOut(limit))).orElse(() -> {});
    var worker =
        threads.start(
            "perdure-step-" + name + "-" + runId,
            () -> {
              try {
                run(code);
              } finally {
                timeout.cancel();
                ended.complete(null);
              }
            });
    thread.set(worker);
    if (cutOff || timedOutAt != null) {
      worker.interrupt();
    }
  }

  private void run(Code code) {
    try {
      var json = code.run(this);
      outcome.complete(new Outcome.Returned(json));
    } catch (Throwable error) {
      outcome.complete(cutOff ? new Outcome.CutOff() : new Outcome.Threw(error));
    }
  }

  private void timeOut(Duration limit) {
    var worker = thread.get();
    var stack = worker == null ? List.<StackTraceElement>of() : List.of(worker.getStackTrace());
    timedOutNanos = time.nanos();
    timedOutAt = time.instant();
    if (outcome.complete(new Outcome.TimedOut(limit, stack)) && worker != null) {
      worker.interrupt();
    }
  }

  /** Asks the code to end: the server shuts down. If it then fails, that costs no attempt. */
  void cutOff() {
    cutOff = true;
    var worker = thread.get();
    if (worker != null) {
      worker.interrupt();
    }
  }

  /** Decides for code that does not heed the interrupt. */
  void giveUp() {
    outcome.complete(new Outcome.CutOff());
  }

  CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  /** Completes when the thread is done with the code, however late. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  int ordinal() {
    return ordinal;
  }

  RunId run() {
    return runId;
  }

  StepOptions options() {
    return options;
  }

  /** How long it has been going on; zero until it begins. */
  Duration age() {
    return started ? Duration.ofNanos(time.nanos() - startedNanos) : Duration.ZERO;
  }

  /** When its time was up; null unless it timed out. */
  @Nullable Instant timedOutAt() {
    return timedOutAt;
  }

  /** How long the next attempt has still to wait for this one; zero when it need not. */
  Duration graceLeft() {
    if (ended.isDone() || timedOutAt == null) {
      return Duration.ZERO;
    }
    var left = options.zombieGrace().minusNanos(time.nanos() - timedOutNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The thread; null for the moment before it runs. */
  @Nullable Thread thread() {
    return thread.get();
  }

  @Override
  public String runId() {
    return runId.toString();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int attempt() {
    return number;
  }

  @Override
  public void progress(double fraction, String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void log(String line) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String idempotencyKey() {
    return runId + "-" + ordinal;
  }
}
