package dev.perdure.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the journal can say about the work it holds, and about itself. Calls block; safe from any
 * thread; throws as {@link JournalReader} does.
 */
public interface Statistics {

  /** Runs of one workflow that were created in a span of time. Durations are from start to end. */
  record WorkflowRuns(
      String workflow,
      long pending,
      long running,
      long completed,
      long failed,
      long cancelled,
      long blocked,
      @Nullable Long p50Ms,
      @Nullable Long p95Ms,
      @Nullable Long maxMs) {}

  /** A step by name with the longest attempt-to-end times, over steps that ended in the span. */
  record SlowStep(String workflow, String step, long count, long p95Ms, long maxMs) {}

  /** An error by its type and message, over attempts that failed in the span. */
  record FrequentError(String workflow, String step, String type, String message, long count) {

    /** Those that came as often stand by name. */
    public static final Comparator<FrequentError> MOST_FREQUENT_FIRST =
        Comparator.comparingLong(FrequentError::count)
            .reversed()
            .thenComparing(FrequentError::workflow)
            .thenComparing(FrequentError::step)
            .thenComparing(FrequentError::type)
            .thenComparing(FrequentError::message);
  }

  /**
   * What happened from one instant to another. Percentiles over more than 1,000 durations may be up
   * to 0.8 % too long.
   *
   * @param retries how many attempts followed a failed one
   * @param truncated whether there was more than could be counted in bounded time and memory
   * @param completeSince runs that were created then or later have been counted with all that
   *     belongs to them, older ones in part or not at all; null when none was left out
   */
  record Activity(
      List<WorkflowRuns> workflows,
      long retries,
      List<SlowStep> slowestSteps,
      List<FrequentError> frequentErrors,
      boolean truncated,
      @Nullable Instant completeSince) {}

  /**
   * The activity from one instant (inclusive) to another (exclusive), lists of at most so many.
   * However much there was, it answers after about half a minute with what it has counted until
   * then. Runs that change meanwhile are counted as they are found.
   */
  Activity activity(Instant from, Instant to, int listMax);

  /** The outputs of completed runs of a workflow, newest first, with the instants they ended. */
  List<Output> outputs(String workflow, Instant from, Instant to, int limit);

  /** An output and when its run ended. */
  record Output(RunId id, Instant finishedAt, String json) {}

  /** How long it takes now until a write is durable. */
  Duration probeWrite();

  /** How long a small read takes now. */
  Duration probeRead();

  /** The bytes the journal takes up and the bytes left where it is kept. */
  Space space();

  /**
   * Space in bytes.
   *
   * @param wal the part of {@code used} that is the write-ahead log
   */
  record Space(long used, long wal, long free, long total) {}
}
