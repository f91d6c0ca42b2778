package dev.perdure.engine;

import dev.perdure.journal.ErrorRecord;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepRef;
import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One try at a step. Its outcome is decided once, by whoever is first: the code that ends, the
 * timeout, a cancellation whose grace is over, or the shutdown that gave up on it. What the code
 * does after that is refused, and seen only as a {@linkplain Zombies zombie}.
 */
final class Attempt implements Step {

  /** How an attempt ended, as far as its run is concerned. */
  sealed interface Outcome {
    record Returned(Json json) implements Outcome {}

    /** A transactional step whose completion has been committed with what it did. */
    record Committed(String json) implements Outcome {}

    record Threw(Throwable error, ErrorRecord record) implements Outcome {}

    record TimedOut(Duration limit, List<StackTraceElement> stack) implements Outcome {}

    /** Ended by a shutdown; it counts as never having been tried. */
    record CutOff() implements Outcome {}

    /**
     * Its scope has ended, and it with it.
     *
     * @param isOver whether the code has ended; else it was given up after its grace
     */
    record Cancelled(boolean isOver) implements Outcome {}
  }

  /** What the attempt runs: answers the output as JSON. */
  @FunctionalInterface
  interface Code {
    Json run(Step step) throws Exception;
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
  private volatile Outcome.@Nullable Threw threw;
  private volatile @Nullable StepNotes notes;
  private volatile boolean cutOff;
  private volatile boolean cancelled;
  private volatile boolean isElsewhere;
  private volatile boolean started;
  private volatile long startedNanos;
  private volatile @Nullable Instant overdueAt;
  private volatile long overdueNanos;

  Attempt(RunId runId, int ordinal, String name, int number, StepOptions options, Time time) {
    this.runId = runId;
    this.ordinal = ordinal;
    this.name = name;
    this.number = number;
    this.options = options;
    this.time = time;
  }

  /**
   * Begins on a thread of its own; the outcome completes sooner or later.
   *
   * @param limit the time that the code may take; null when it is not limited
   */
  void start(StepThreads threads, Code code, @Nullable Duration limit) {
    begin();
    var timeout = limit == null ? NO_WAIT : time.after(limit, () -> timeOut(limit));
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
    // Whoever wanted to interrupt it before this has found no thread.
    if (cutOff || cancelled || overdueAt != null) {
      worker.interrupt();
    }
  }

  private static final Time.Wait NO_WAIT = () -> {};

  /** It begins somewhere else, which bounds it, and will {@linkplain #end say} how it ended. */
  void beginElsewhere() {
    isElsewhere = true;
    begin();
  }

  private void begin() {
    startedNanos = time.nanos();
    started = true;
  }

  /** It has ended where it ran. */
  void end(Outcome how) {
    outcome.complete(how);
    ended.complete(null);
  }

  /** What was decided before its thread had its first turn does not begin any more. */
  private void run(Code code) {
    if (isOverUnbegun()) {
      return;
    }
    try {
      var json = code.run(this);
      outcome.complete(new Outcome.Returned(json));
    } catch (Throwable error) {
      outcome.complete(failed(error));
    }
  }

  /**
   * Ends it if nobody wants it any more before any of its code has run; says whether it is over.
   */
  boolean isOverUnbegun() {
    if (cutOff || cancelled) {
      end(cutOff ? new Outcome.CutOff() : new Outcome.Cancelled(true));
    }
    return outcome.isDone();
  }

  private Outcome failed(Throwable error) {
    if (cutOff) {
      return new Outcome.CutOff();
    }
    return cancelled ? new Outcome.Cancelled(true) : threw(error);
  }

  /**
   * Reads what the error says. To be called first where the code runs: reading it is the code's own
   * doing, which may take for ever, and its time is limited there.
   */
  // Not by equals: that may be the code's own doing, too.
  @SuppressWarnings("ReferenceEquality")
  Outcome.Threw threw(Throwable error) {
    var known = threw;
    if (known == null || known.error() != error) {
      known = new Outcome.Threw(error, ErrorRecords.of(codeOf(error), error));
      threw = known;
    }
    return known;
  }

  private String codeOf(Throwable error) {
    if (error instanceof ValueException) {
      return ErrorRecords.VALUE;
    }
    return options.isFinal(error) ? ErrorRecords.FINAL : ErrorRecords.ERROR;
  }

  private void timeOut(Duration limit) {
    var stack = stack();
    overdue();
    if (outcome.complete(new Outcome.TimedOut(limit, stack))) {
      interrupt();
    }
  }

  private List<StackTraceElement> stack() {
    var worker = thread.get();
    return worker == null ? List.of() : List.of(worker.getStackTrace());
  }

  /** To be set before the thread is looked for: one that starts meanwhile looks at it itself. */
  private void overdue() {
    overdueNanos = time.nanos();
    overdueAt = time.instant();
  }

  private void interrupt() {
    var worker = thread.get();
    if (worker != null) {
      worker.interrupt();
    }
  }

  /** Asks the code to end: the server shuts down. If it then fails, that costs no attempt. */
  void cutOff() {
    cutOff = true;
    interrupt();
  }

  /** Asks the code to end, and gives it up if it has not after its grace. Idempotent. */
  void cancel() {
    if (cancelled || isElsewhere || outcome.isDone()) {
      return;
    }
    cancelled = true;
    interrupt();
    var patience = time.after(options.zombieGrace(), this::abandon);
    var _ = outcome.thenRun(patience::cancel);
  }

  private void abandon() {
    overdue();
    outcome.complete(new Outcome.Cancelled(false));
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

  StepRef ref() {
    return new StepRef(runId, ordinal);
  }

  /** How long it has been going on; zero until it begins. */
  Duration age() {
    return started ? Duration.ofNanos(time.nanos() - startedNanos) : Duration.ZERO;
  }

  /** When its time or its grace was up; null unless that happened. */
  @Nullable Instant overdueAt() {
    return overdueAt;
  }

  /** How long the next attempt has still to wait for this one; zero when it need not. */
  Duration graceLeft() {
    if (ended.isDone() || overdueAt == null || cancelled) {
      return Duration.ZERO;
    }
    var left = options.zombieGrace().minusNanos(time.nanos() - overdueNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The thread; null for the moment before it runs. */
  @Nullable Thread thread() {
    return thread.get();
  }

  /** Where progress and lines go. */
  void noteIn(StepNotes where) {
    notes = where;
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
    var to = notes;
    if (to != null && !outcome.isDone()) {
      to.progress(fraction, text);
    }
  }

  @Override
  public void log(String line) {
    var to = notes;
    if (to != null && !outcome.isDone()) {
      to.log(line);
    }
  }

  @Override
  public String idempotencyKey() {
    return runId + "-" + ordinal;
  }
}
