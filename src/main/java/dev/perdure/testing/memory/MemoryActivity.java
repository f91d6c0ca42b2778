package dev.perdure.testing.memory;

import dev.perdure.journal.AttemptRecord;
import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Statistics.Activity;
import dev.perdure.journal.Statistics.FrequentError;
import dev.perdure.journal.Statistics.SlowStep;
import dev.perdure.journal.Statistics.WorkflowRuns;
import dev.perdure.journal.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What happened to the runs that were created in a span of time. */
final class MemoryActivity {

  private static final int MESSAGE_MAX = 200;

  /** From one instant (inclusive) to another (exclusive). */
  record Span(Instant from, Instant to) {
    boolean holds(@Nullable Instant at) {
      return at != null && !at.isBefore(from) && at.isBefore(to);
    }
  }

  private record StepName(String workflow, String step) {}

  private record ErrorKey(String workflow, String step, String type, String message) {}

  private final MemoryTables tables;
  private final Span span;
  private final int listMax;
  private final List<RunRow> runs;

  MemoryActivity(MemoryTables tables, Instant from, Instant to, int listMax) {
    this.tables = tables;
    this.span = new Span(from, to);
    this.listMax = listMax;
    this.runs = tables.allRuns().stream().filter(run -> span.holds(run.createdAt)).toList();
  }

  Activity read() {
    return new Activity(workflows(), retries(), slowestSteps(), frequentErrors(), false, null);
  }

  private List<WorkflowRuns> workflows() {
    var byName = new TreeMap<String, List<RunRow>>();
    runs.forEach(run -> byName.computeIfAbsent(run.workflow, _ -> new ArrayList<>()).add(run));
    return byName.entrySet().stream().map(e -> ofWorkflow(e.getKey(), e.getValue())).toList();
  }

  private static WorkflowRuns ofWorkflow(String name, List<RunRow> runs) {
    var took =
        runs.stream()
            .filter(run -> run.startedAt != null && run.finishedAt != null)
            .map(run -> millis(run.startedAt, run.finishedAt))
            .sorted()
            .toList();
    return new WorkflowRuns(
        name,
        count(runs, Status.PENDING),
        count(runs, Status.RUNNING),
        count(runs, Status.COMPLETED),
        count(runs, Status.FAILED),
        count(runs, Status.CANCELLED),
        count(runs, Status.BLOCKED),
        percentile(took, 50),
        percentile(took, 95),
        percentile(took, 100));
  }

  private static long count(List<RunRow> runs, Status status) {
    return runs.stream().filter(run -> run.status == status).count();
  }

  private List<SlowStep> slowestSteps() {
    Map<StepName, List<Long>> took =
        new TreeMap<>(Comparator.comparing(StepName::workflow).thenComparing(StepName::step));
    for (var run : runs) {
      for (var step : tables.stepsOf(run.key)) {
        if (step.hasAttempts() && span.holds(step.finishedAt)) {
          took.computeIfAbsent(
                  new StepName(run.workflow, step.place.name()), _ -> new ArrayList<>())
              .add(millis(step.attemptStartedAt, step.finishedAt));
        }
      }
    }
    return took.entrySet().stream()
        .map(entry -> slowStep(entry.getKey(), entry.getValue().stream().sorted().toList()))
        .sorted(Comparator.comparingLong(SlowStep::p95Ms).reversed())
        .limit(listMax)
        .toList();
  }

  private static SlowStep slowStep(StepName name, List<Long> took) {
    return new SlowStep(
        name.workflow(),
        name.step(),
        took.size(),
        Objects.requireNonNull(percentile(took, 95)),
        took.getLast());
  }

  private long retries() {
    long[] count = {0};
    eachFailedAttempt((run, step, attempt) -> count[0] += step.attempt > attempt.attempt() ? 1 : 0);
    return count[0];
  }

  private List<FrequentError> frequentErrors() {
    var counts = new HashMap<ErrorKey, Long>();
    eachFailedAttempt((run, step, attempt) -> {
      var error = Objects.requireNonNull(attempt.error());
      var key =
          new ErrorKey(run.workflow, step.place.name(), error.type(), beginning(error.message()));
      counts.merge(key, 1L, Long::sum);
    });
    return counts.entrySet().stream()
        .map(MemoryActivity::frequentError)
        .sorted(FrequentError.MOST_FREQUENT_FIRST)
        .limit(listMax)
        .toList();
  }

  private static FrequentError frequentError(Map.Entry<ErrorKey, Long> entry) {
    var error = entry.getKey();
    return new FrequentError(
        error.workflow(), error.step(), error.type(), error.message(), entry.getValue());
  }

  /** An attempt with what it belongs to. */
  private interface AttemptConsumer {
    void accept(RunRow run, StepRow step, AttemptRecord attempt);
  }

  private void eachFailedAttempt(AttemptConsumer consumer) {
    for (var run : runs) {
      for (var step : tables.stepsOf(run.key)) {
        eachFailed(step, attempt -> consumer.accept(run, step, attempt));
      }
    }
  }

  private void eachFailed(StepRow step, Consumer<AttemptRecord> consumer) {
    var past = tables.attempts.get(step.key());
    Collection<AttemptRecord> attempts = past == null ? List.of() : past;
    attempts.stream()
        .filter(attempt -> attempt.outcome() == Outcome.FAILED && span.holds(attempt.finishedAt()))
        .forEach(consumer);
  }

  private static String beginning(String message) {
    return message.codePointCount(0, message.length()) <= MESSAGE_MAX
        ? message
        : message.substring(0, message.offsetByCodePoints(0, MESSAGE_MAX));
  }

  private static long millis(@Nullable Instant from, @Nullable Instant to) {
    return Duration.between(Objects.requireNonNull(from), Objects.requireNonNull(to)).toMillis();
  }

  /** The smallest value that so many percent do not exceed; null when there is none. */
  private static @Nullable Long percentile(List<Long> sorted, int percent) {
    int rank = Math.ceilDiv(sorted.size() * percent, 100);
    return sorted.isEmpty() ? null : sorted.get(Math.max(rank, 1) - 1);
  }
}
