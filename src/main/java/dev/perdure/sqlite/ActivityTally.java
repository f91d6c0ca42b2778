package dev.perdure.sqlite;

import dev.perdure.journal.Statistics.Activity;
import dev.perdure.journal.Statistics.FrequentError;
import dev.perdure.journal.Statistics.SlowStep;
import dev.perdure.journal.Statistics.WorkflowRuns;
import dev.perdure.journal.Status;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What has been counted so far, in bounded memory. Belongs to one thread. */
final class ActivityTally {

  /** Code may name its steps, and errors may read, as they like. */
  private static final int KINDS_MAX = 2_000;

  private record StepName(String workflow, String step) {}

  private record ErrorName(String workflow, String step, String type, String message) {}

  private static final Comparator<SlowStep> SLOWEST =
      Comparator.comparingLong(SlowStep::p95Ms)
          .reversed()
          .thenComparing(SlowStep::workflow)
          .thenComparing(SlowStep::step);

  private final Map<String, Runs> workflows = new TreeMap<>();
  private final Map<StepName, Durations> steps = new HashMap<>();
  private final Map<ErrorName, Long> errors = new HashMap<>();
  private long retries;
  private boolean truncated;

  /** The runs of one workflow. */
  private static final class Runs {
    private final Map<Status, Long> counts = new EnumMap<>(Status.class);
    private final Durations durations = new Durations();
  }

  /** So many runs that took as long; null when they have not ended. */
  void addRuns(String workflow, Status status, @Nullable Long tookMs, long count) {
    var runs = workflows.computeIfAbsent(workflow, _ -> new Runs());
    runs.counts.merge(status, count, Long::sum);
    if (tookMs != null) {
      runs.durations.add(tookMs, count);
    }
  }

  /** So many steps of that name that took as long. */
  void addSteps(String workflow, String step, long tookMs, long count) {
    var name = new StepName(workflow, step);
    if (hasRoom(steps, name)) {
      steps.computeIfAbsent(name, _ -> new Durations()).add(tookMs, count);
    }
  }

  void addFailure(String workflow, String step, String type, String message, boolean isRetried) {
    retries += isRetried ? 1 : 0;
    var name = new ErrorName(workflow, step, type, message);
    if (hasRoom(errors, name)) {
      errors.merge(name, 1L, Long::sum);
    }
  }

  private <K> boolean hasRoom(Map<K, ?> kinds, K kind) {
    boolean hasRoom = kinds.size() < KINDS_MAX || kinds.containsKey(kind);
    truncated |= !hasRoom;
    return hasRoom;
  }

  /**
   * All of it.
   *
   * @param completeSince null when nothing was left out for want of time
   */
  Activity activity(int listMax, @Nullable Instant completeSince) {
    return new Activity(
        workflows.entrySet().stream().map(e -> runsOf(e.getKey(), e.getValue())).toList(),
        retries,
        steps.entrySet().stream()
            .map(e -> slowStep(e.getKey(), e.getValue()))
            .sorted(SLOWEST)
            .limit(listMax)
            .toList(),
        errors.entrySet().stream()
            .map(e -> frequentError(e.getKey(), e.getValue()))
            .sorted(FrequentError.MOST_FREQUENT_FIRST)
            .limit(listMax)
            .toList(),
        truncated || completeSince != null,
        completeSince);
  }

  private static WorkflowRuns runsOf(String workflow, Runs runs) {
    return new WorkflowRuns(
        workflow,
        count(runs, Status.PENDING),
        count(runs, Status.RUNNING),
        count(runs, Status.COMPLETED),
        count(runs, Status.FAILED),
        count(runs, Status.CANCELLED),
        count(runs, Status.BLOCKED),
        percentile(runs.durations, 50),
        percentile(runs.durations, 95),
        percentile(runs.durations, 100));
  }

  private static long count(Runs runs, Status status) {
    return runs.counts.getOrDefault(status, 0L);
  }

  private static @Nullable Long percentile(Durations durations, int percent) {
    return durations.size() == 0 ? null : durations.percentile(percent);
  }

  private static SlowStep slowStep(StepName name, Durations durations) {
    return new SlowStep(
        name.workflow(),
        name.step(),
        durations.size(),
        durations.percentile(95),
        durations.percentile(100));
  }

  private static FrequentError frequentError(ErrorName name, long count) {
    return new FrequentError(name.workflow(), name.step(), name.type(), name.message(), count);
  }
}
