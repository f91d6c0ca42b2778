package dev.perdure.server;

import dev.perdure.engine.Engine;
import dev.perdure.engine.Time;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of runs. As long as a run is under way in this engine nothing is read: the
 * engine says when it is over, and hands over the output. Otherwise the journal is asked, and says
 * when the run has stopped. Thread-safe.
 */
final class AwaitEnd {

  /** How a run stands that was waited for. */
  sealed interface Stand {
    /**
     * It has completed.
     *
     * @param output as JSON; null when it was not at hand
     */
    record Completed(@Nullable String output) implements Stand {}

    /** It has ended otherwise, or is blocked. */
    record Stopped(RunRecord run) implements Stand {}

    /** The time was up before. */
    record Open() implements Stand {}
  }

  /** Nobody waits longer than this: sums of it must not pass the end of the monotonic clock. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Engine engine;
  private final Time time;
  private final Runnable check;

  /**
   * @param check throws when the journal has failed
   */
  AwaitEnd(Engine engine, Time time, Runnable check) {
    this.engine = engine;
    this.time = time;
    this.check = check;
  }

  Stand of(RunId id, Duration atMost) throws InterruptedException {
    long end = time.nanos() + nanos(atMost);
    while (true) {
      check.run();
      var output = engine.output(id);
      long left = Math.max(0, end - time.nanos());
      if (isSaid(output, left) && output.resultNow().isPresent()) {
        return new Stand.Completed(output.resultNow().get());
      }
      var stand = ask(id, Duration.ofNanos(Math.max(0, end - time.nanos())));
      if (stand != null) {
        return stand;
      }
    }
  }

  /** Asks the journal, and waits for the run's end there if it is open; null to ask again. */
  private @Nullable Stand ask(RunId id, Duration left) throws InterruptedException {
    check.run();
    var end = engine.commits().endOf(id, left);
    try {
      var run = engine.reader().run(id).orElseThrow(() -> noSuchRun(id));
      var stand = standOf(run);
      if (stand == null && left.isZero()) {
        return new Stand.Open();
      }
      if (stand == null && !engine.isUnderWay(id)) {
        waitFor(end);
      }
      return stand;
    } finally {
      // However this is left: else it would take up a place until the time is up.
      end.complete(false);
    }
  }

  private static long nanos(Duration atMost) {
    if (atMost.isNegative()) {
      return 0;
    }
    return (atMost.compareTo(LONGEST) > 0 ? LONGEST : atMost).toNanos();
  }

  private static @Nullable Stand standOf(RunRecord run) {
    return switch (run.status()) {
      case COMPLETED -> new Stand.Completed(null);
      case FAILED, CANCELLED, BLOCKED -> new Stand.Stopped(run);
      case PENDING, RUNNING -> null;
    };
  }

  static IllegalArgumentException noSuchRun(RunId id) {
    return new IllegalArgumentException("There is no run " + id + ".");
  }

  /** False when the time is up. */
  private static boolean isSaid(Future<?> output, long nanos) throws InterruptedException {
    try {
      var _ = output.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Waiting for an end failed.", e);
    }
  }

  /** False, because the time is up or the journal has closed, is for the next look to say. */
  private static void waitFor(Future<Boolean> end) throws InterruptedException {
    try {
      var _ = end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Waiting for an end failed.", e);
    }
  }
}
