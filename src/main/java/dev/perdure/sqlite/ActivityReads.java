package dev.perdure.sqlite;

import dev.perdure.journal.Statistics.Activity;
import dev.perdure.journal.Statistics.FrequentError;
import dev.perdure.journal.Statistics.SlowStep;
import dev.perdure.journal.Statistics.WorkflowRuns;
import dev.perdure.journal.Status;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What happened to the runs that were created in a span of time. Runs are stored in the order in
 * which they were created, so the span is found by halving, without an index on time; a clock that
 * was set back makes its ends a little blurred.
 */
final class ActivityReads {

  private static final long RUNS_MAX = 200_000;
  private static final long STEPS_MAX = 400_000;

  private static final String LAST_KEY = "SELECT coalesce(max(run_key), 0) FROM runs";

  private static final String CREATED_FROM =
      "SELECT created_ms FROM runs WHERE run_key >= ? ORDER BY run_key LIMIT 1";

  private static final String RUNS =
      """
      SELECT workflow, status, finished_ms - started_ms AS took_ms FROM runs
      WHERE run_key >= ? AND run_key < ? AND created_ms >= ? AND created_ms < ?
      """;

  private static final String STEPS =
      """
      SELECT workflow, name, took_ms FROM (
        SELECT step_key, name, finished_ms - attempt_started_ms AS took_ms FROM steps
        WHERE step_key >= ? << 20 AND step_key < ? << 20 AND finished_ms >= ? AND finished_ms < ?
          AND attempt > 0
        ORDER BY step_key DESC LIMIT ?) AS s
      JOIN runs ON run_key = step_key >> 20
      """;

  private static final String RETRIES =
      """
      SELECT count(*) FROM attempts AS a JOIN steps AS s ON s.step_key = a.step_key
      WHERE a.step_key >= ? << 20 AND a.step_key < ? << 20 AND a.outcome = 'failed'
        AND s.attempt > a.attempt AND a.finished_ms >= ? AND a.finished_ms < ?
      """;

  private static final String ERRORS =
      """
      SELECT r.workflow AS workflow, s.name AS step, a.error ->> 'type' AS type,
        substr(a.error ->> 'message', 1, 200) AS message, count(*) AS errors
      FROM attempts AS a JOIN steps AS s ON s.step_key = a.step_key
        JOIN runs AS r ON r.run_key = a.step_key >> 20
      WHERE a.step_key >= ? << 20 AND a.step_key < ? << 20 AND a.outcome = 'failed'
        AND a.finished_ms >= ? AND a.finished_ms < ?
      GROUP BY 1, 2, 3, 4 ORDER BY errors DESC, 1, 2, 3, 4 LIMIT ?
      """;

  private record StepName(String workflow, String step) {}

  private final Session session;
  private final long fromMs;
  private final long toMs;
  private final int listMax;

  ActivityReads(Session session, Instant from, Instant to, int listMax) {
    this.session = session;
    this.fromMs = Columns.ofInstant(from);
    this.toMs = Columns.ofInstant(to);
    this.listMax = listMax;
  }

  Activity read() throws SQLException {
    long end = firstKeyFrom(toMs);
    long begin = firstKeyFrom(fromMs);
    boolean truncated = end - begin > RUNS_MAX;
    begin = Math.max(begin, end - RUNS_MAX);
    return new Activity(
        workflows(begin, end),
        session.number(RETRIES, begin, end, fromMs, toMs),
        slowestSteps(begin, end),
        frequentErrors(begin, end),
        truncated);
  }

  /** The smallest key whose run was created then or later. */
  private long firstKeyFrom(long ms) throws SQLException {
    long low = 1;
    long high = session.number(LAST_KEY) + 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      var created = session.first(CREATED_FROM, row -> row.getLong(1), middle);
      if (created != null && created < ms) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private List<WorkflowRuns> workflows(long begin, long end) throws SQLException {
    var tallies = new TreeMap<String, Tally>();
    session.each(
        RUNS,
        row -> {
          var tally = tallies.computeIfAbsent(row.getString("workflow"), any -> new Tally());
          tally.count(Columns.status(row));
          long took = row.getLong("took_ms");
          if (!row.wasNull()) {
            tally.durations.add(took);
          }
        },
        begin,
        end,
        fromMs,
        toMs);
    return tallies.entrySet().stream().map(entry -> entry.getValue().of(entry.getKey())).toList();
  }

  private List<SlowStep> slowestSteps(long begin, long end) throws SQLException {
    Map<StepName, Durations> steps =
        new TreeMap<>(Comparator.comparing(StepName::workflow).thenComparing(StepName::step));
    session.each(
        STEPS,
        row ->
            steps
                .computeIfAbsent(
                    new StepName(row.getString("workflow"), row.getString("name")),
                    any -> new Durations())
                .add(row.getLong("took_ms")),
        begin,
        end,
        fromMs,
        toMs,
        STEPS_MAX);
    return steps.entrySet().stream()
        .map(entry -> slowStep(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(SlowStep::p95Ms).reversed())
        .limit(listMax)
        .toList();
  }

  private static SlowStep slowStep(StepName name, Durations durations) {
    return new SlowStep(
        name.workflow(),
        name.step(),
        durations.size(),
        durations.percentile(95),
        durations.percentile(100));
  }

  private List<FrequentError> frequentErrors(long begin, long end) throws SQLException {
    return session.list(
        ERRORS,
        row ->
            new FrequentError(
                row.getString("workflow"),
                row.getString("step"),
                row.getString("type"),
                row.getString("message"),
                row.getLong("errors")),
        begin,
        end,
        fromMs,
        toMs,
        listMax);
  }

  /** The runs of one workflow. */
  private static final class Tally {
    private final Map<Status, Long> counts = new EnumMap<>(Status.class);
    private final Durations durations = new Durations();

    void count(Status status) {
      counts.merge(status, 1L, Long::sum);
    }

    WorkflowRuns of(String workflow) {
      boolean none = durations.size() == 0;
      return new WorkflowRuns(
          workflow,
          of(Status.PENDING),
          of(Status.RUNNING),
          of(Status.COMPLETED),
          of(Status.FAILED),
          of(Status.CANCELLED),
          of(Status.BLOCKED),
          none ? null : percentile(50),
          none ? null : percentile(95),
          none ? null : percentile(100));
    }

    private @Nullable Long percentile(int percent) {
      return durations.percentile(percent);
    }

    private long of(Status status) {
      return counts.getOrDefault(status, 0L);
    }
  }
}
