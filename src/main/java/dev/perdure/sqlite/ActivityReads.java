package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import dev.perdure.journal.Statistics.Activity;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What happened to the runs that were created in a span of time. Runs are stored in the order in
 * which they were created, so the span is found by halving, without an index on time; a clock that
 * was set back makes its ends a little blurred.
 *
 * <p>It is gone through from new to old in many short reads, each of so many rows at most, so that
 * none fails for what there is, and none holds up others or the log. So what is counted is not one
 * state of the journal. When the time is up, what has been counted is the answer, and it says from
 * when on it is whole.
 */
final class ActivityReads {

  private static final String LAST_KEY = "SELECT coalesce(max(run_key), 0) FROM runs";

  private static final String CREATED_FROM =
      "SELECT created_ms FROM runs WHERE run_key >= ? ORDER BY run_key LIMIT 1";

  /** Grouped here, because a row that comes to Java costs several times what it costs in SQL. */
  static final String RUNS =
      """
      SELECT workflow, status, took_ms, is_in_span, count(*), min(run_key), min(created_ms) FROM (
        SELECT run_key, workflow, status, created_ms, finished_ms - started_ms AS took_ms,
          created_ms >= ?1 AND created_ms < ?2 AS is_in_span
        FROM runs WHERE run_key >= ?3 AND run_key < ?4 ORDER BY run_key DESC LIMIT ?5)
      GROUP BY 1, 2, 3, 4
      """;

  /** Rows that do not count come too, so that the limit bounds what is looked at. */
  static final String STEPS =
      """
      SELECT workflow, name, iif(created_ms >= ?1 AND created_ms < ?2, took_ms, NULL), count(*),
        min(step_key)
      FROM (
        SELECT step_key, name,
          iif(attempt > 0 AND finished_ms >= ?1 AND finished_ms < ?2,
            finished_ms - attempt_started_ms, NULL) AS took_ms
        FROM steps WHERE step_key >= ?3 AND step_key < ?4 ORDER BY step_key DESC LIMIT ?5) AS s
        CROSS JOIN runs ON run_key = step_key >> 20
      GROUP BY 1, 2, 3
      """;

  static final String ATTEMPTS =
      """
      SELECT a.step_key, a.attempt,
        a.outcome = 'failed' AND a.finished_ms >= ?1 AND a.finished_ms < ?2
          AND r.created_ms >= ?1 AND r.created_ms < ?2,
        r.workflow, s.name, coalesce(a.error ->> 'type', ''),
        coalesce(substr(a.error ->> 'message', 1, 200), ''), s.attempt > a.attempt
      FROM attempts AS a CROSS JOIN steps AS s ON s.step_key = a.step_key
        CROSS JOIN runs AS r ON r.run_key = a.step_key >> 20
      WHERE a.step_key >= ?3 AND (a.step_key, a.attempt) < (?4, ?5)
      ORDER BY a.step_key DESC, a.attempt DESC LIMIT ?6
      """;

  private static final long NO_MORE = -1;

  /** Keys of runs, the second of which is outside. */
  private record Span(long begin, long end) {}

  /** Runs that lie together, and when the oldest of them was created. */
  private record Block(long begin, long end, Instant oldest) {}

  private record AttemptKey(long step, int attempt) {}

  private final ReadPool pool;
  private final int rowsMax;
  private final BooleanSupplier isTimeUp;
  private final long fromMs;
  private final long toMs;
  private final ActivityTally tally = new ActivityTally();

  /**
   * Reads once.
   *
   * @param rowsMax how many rows one read looks at
   * @param isTimeUp asked before each read
   */
  ActivityReads(ReadPool pool, int rowsMax, BooleanSupplier isTimeUp, Instant from, Instant to) {
    this.pool = pool;
    this.rowsMax = rowsMax;
    this.isTimeUp = isTimeUp;
    this.fromMs = Columns.ofInstant(from);
    this.toMs = Columns.ofInstant(to);
  }

  Activity read(int listMax) {
    var span = pool.read(this::span);
    long end = span.end();
    @Nullable Instant whole = null;
    while (end > span.begin()) {
      var block = nextBlock(span.begin(), end, whole != null);
      if (block == null) {
        return tally.activity(listMax, whole == null ? Instant.ofEpochMilli(toMs) : whole);
      }
      end = block.begin();
      // Others of the same millisecond may lie before this block.
      whole = block.oldest().plusMillis(1);
    }
    return tally.activity(listMax, null);
  }

  /** Counts the next ones with all that belongs to them; null when there was no time for that. */
  private @Nullable Block nextBlock(long begin, long end, boolean hasCounted) {
    try {
      if (isTimeUp.getAsBoolean()) {
        return null;
      }
      var block = pool.read(session -> countRuns(session, begin, end));
      return countSteps(block) && countAttempts(block) ? block : null;
    } catch (JournalException.Overloaded e) {
      // Who has counted something answers that; who has nothing yet is to come again.
      if (hasCounted) {
        return null;
      }
      throw e;
    }
  }

  private Span span(Session session) throws SQLException {
    return new Span(firstKeyFrom(session, fromMs), firstKeyFrom(session, toMs));
  }

  /** The smallest key whose run was created then or later. */
  private static long firstKeyFrom(Session session, long ms) throws SQLException {
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

  private Block countRuns(Session session, long begin, long end) throws SQLException {
    long[] seen = {0, end, toMs};
    session.each(
        RUNS,
        row -> {
          seen[0] += row.getLong(5);
          seen[1] = Math.min(seen[1], row.getLong(6));
          seen[2] = Math.min(seen[2], row.getLong(7));
          if (row.getBoolean(4)) {
            countRuns(row);
          }
        },
        fromMs,
        toMs,
        begin,
        end,
        rowsMax);
    return new Block(seen[0] < rowsMax ? begin : seen[1], end, Instant.ofEpochMilli(seen[2]));
  }

  private void countRuns(Row row) throws SQLException {
    long took = row.getLong(3);
    boolean hasEnded = !row.wasNull();
    tally.addRuns(row.getString(1), Columns.status(row), hasEnded ? took : null, row.getLong(5));
  }

  /** Whether there was time for all of them. */
  private boolean countSteps(Block block) {
    long begin = StepKeys.first(block.begin());
    long end = StepKeys.first(block.end());
    while (end != NO_MORE) {
      if (isTimeUp.getAsBoolean()) {
        return false;
      }
      long before = end;
      end = pool.read(session -> countSteps(session, begin, before));
    }
    return true;
  }

  /** The key that the next ones stand before, or {@link #NO_MORE}. */
  private long countSteps(Session session, long begin, long end) throws SQLException {
    long[] seen = {0, end};
    session.each(
        STEPS,
        row -> {
          long count = row.getLong(4);
          seen[0] += count;
          seen[1] = Math.min(seen[1], row.getLong(5));
          long took = row.getLong(3);
          if (!row.wasNull()) {
            tally.addSteps(row.getString(1), row.getString(2), took, count);
          }
        },
        fromMs,
        toMs,
        begin,
        end,
        rowsMax);
    return seen[0] < rowsMax ? NO_MORE : seen[1];
  }

  /** Whether there was time for all of them. */
  private boolean countAttempts(Block block) {
    long begin = StepKeys.first(block.begin());
    @Nullable AttemptKey end = new AttemptKey(StepKeys.first(block.end()), 0);
    while (end != null) {
      if (isTimeUp.getAsBoolean()) {
        return false;
      }
      var before = end;
      end = pool.read(session -> countAttempts(session, begin, before)).orElse(null);
    }
    return true;
  }

  /** What the next ones stand before. */
  private Optional<AttemptKey> countAttempts(Session session, long begin, AttemptKey end)
      throws SQLException {
    var attempts =
        session.list(
            ATTEMPTS, this::countAttempt, fromMs, toMs, begin, end.step(), end.attempt(), rowsMax);
    return attempts.size() < rowsMax ? Optional.empty() : Optional.of(attempts.getLast());
  }

  private AttemptKey countAttempt(Row row) throws SQLException {
    if (row.getBoolean(3)) {
      tally.addFailure(
          row.getString(4),
          row.getString(5),
          row.getString(6),
          row.getString(7),
          row.getBoolean(8));
    }
    return new AttemptKey(row.getLong(1), row.getInt(2));
  }
}
