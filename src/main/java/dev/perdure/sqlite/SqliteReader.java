package dev.perdure.sqlite;

import dev.perdure.journal.JournalReader;
import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunPage;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.SqlCode;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepLog;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.UnfinishedRun;
import dev.perdure.journal.ValueRef;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The read side, on the connections of a pool. */
final class SqliteReader implements JournalReader {

  private static final int STEPS_MAX = 1_000;
  private static final int RUNS_MAX = 200;
  private static final int RECOVERED_MAX = 10_000;
  private static final int REPLAYED_MAX = 100_000;

  /** Entries of an index, of which there are some hundred in a page. */
  private static final long COUNTED_AT_ONCE = 100_000;

  /** A run may have very many steps, and recovery has to read them all. */
  private static final int REPLAY_PATIENCE = 12;

  private static final String RUN_INPUT = "SELECT input FROM runs WHERE run_key = ?";
  private static final String RUN_OUTPUT = "SELECT output FROM runs WHERE run_key = ?";
  private static final String STEP_INPUT = "SELECT input FROM steps WHERE step_key = ?";
  private static final String STEP_OUTPUT = "SELECT output FROM steps WHERE step_key = ?";

  private final ReadPool pool;
  private final Queries queries;
  private final Duration replayMax;

  SqliteReader(ReadPool pool, Queries queries, Duration readMax) {
    this.pool = pool;
    this.queries = queries;
    this.replayMax = readMax.multipliedBy(REPLAY_PATIENCE);
  }

  @Override
  public Optional<RunRecord> run(RunId id) {
    return pool.read(session -> Optional.ofNullable(RunReads.find(session, id)));
  }

  @Override
  public Optional<Status> status(RunId id) {
    return pool.first(RunReads.STATUS, Columns::status, (Object) Columns.ofId(id));
  }

  @Override
  public Optional<RunDetail> detail(RunId id, int fromOrdinal, int stepsMax, int valueBytesMax) {
    requireBetween("stepsMax", stepsMax, STEPS_MAX);
    if (fromOrdinal < 0) {
      throw new IllegalArgumentException("fromOrdinal must not be negative: " + fromOrdinal);
    }
    return pool.read(session -> detail(session, id, fromOrdinal, stepsMax, valueBytesMax));
  }

  @Override
  public Optional<RunDetail> replay(RunId id) {
    return pool.read(session -> replay(session, id), replayMax);
  }

  @Override
  public List<StepRecord> steps(RunId id, Collection<Integer> ordinals) {
    if (ordinals.isEmpty()) {
      return List.of();
    }
    requireBetween("ordinals", ordinals.size(), REPLAYED_MAX);
    for (int ordinal : ordinals) {
      requireOrdinal(ordinal);
    }
    return pool.read(
        session -> {
          var key = RunReads.key(session, id);
          return key == null ? List.of() : StepReads.some(session, key, ordinals);
        },
        replayMax);
  }

  @Override
  public List<SignalRecord> inbox(RunId id, long after) {
    return pool.read(session -> {
      var key = RunReads.key(session, id);
      return key == null ? List.of() : InboxReads.notTaken(session, key, after);
    });
  }

  @Override
  public Optional<RunDetail> child(RunId parent, int ordinal) {
    requireOrdinal(ordinal);
    return pool.read(session -> {
      var key = RunReads.key(session, parent);
      return key == null
          ? Optional.empty()
          : Optional.ofNullable(RunReads.child(session, StepKeys.of(key, ordinal)));
    });
  }

  @Override
  public List<StepLog> log(RunId id, int ordinal) {
    requireOrdinal(ordinal);
    return pool.read(session -> {
      var key = RunReads.key(session, id);
      return key == null ? List.of() : StepReads.log(session, StepKeys.of(key, ordinal));
    });
  }

  @Override
  public <T> T query(SqlCode<T> code) throws Exception {
    return queries.run(code);
  }

  @Override
  public Optional<String> value(RunId id, ValueRef ref) {
    return pool.read(session -> {
      var key = RunReads.key(session, id);
      return key == null ? Optional.empty() : Optional.ofNullable(value(session, key, ref));
    });
  }

  @Override
  public RunPage runs(RunFilter filter, int limit, @Nullable RunId before) {
    requireBetween("limit", limit, RUNS_MAX);
    return page(limit, pool.read(session -> RunLists.page(session, filter, limit + 1, before)));
  }

  @Override
  public RunPage unfinished(int limit, @Nullable RunId after) {
    requireBetween("limit", limit, RECOVERED_MAX);
    return page(limit, pool.read(session -> RunReads.unfinished(session, limit + 1, after)));
  }

  @Override
  public List<UnfinishedRun> running(int limit, @Nullable RunId after) {
    requireBetween("limit", limit, RECOVERED_MAX);
    return pool.read(session -> RecoveryReads.running(session, limit, after), replayMax);
  }

  @Override
  public Map<RunId, List<StepRecord>> struck(List<RunId> runs) {
    if (runs.isEmpty()) {
      return Map.of();
    }
    requireBetween("runs", runs.size(), RECOVERED_MAX);
    return pool.read(session -> StepReads.struck(session, runs));
  }

  @Override
  public Map<Status, Long> counts(long atMost) {
    return pool.read(session -> RunReads.counts(session, atMost));
  }

  @Override
  public long pending() {
    long count = 0;
    var counted = new RunReads.Counted(COUNTED_AT_ONCE, 0);
    while (counted.count() == COUNTED_AT_ONCE) {
      long after = counted.lastKey();
      counted = pool.read(session -> RunReads.pending(session, after, COUNTED_AT_ONCE));
      count += counted.count();
    }
    return count;
  }

  @Override
  public Optional<RunId> newestId() {
    return pool.read(session -> Optional.ofNullable(RunReads.newest(session)));
  }

  private static Optional<RunDetail> detail(
      Session session, RunId id, int from, int stepsMax, int valueMax) throws SQLException {
    var head = RunReads.head(session, id, valueMax);
    if (head == null) {
      return Optional.empty();
    }
    var steps = StepReads.page(session, head.key(), from, stepsMax + 1L, valueMax);
    var next = steps.size() > stepsMax ? steps.getLast().ordinal() : null;
    var page = steps.size() > stepsMax ? steps.subList(0, stepsMax) : steps;
    return Optional.of(head.with(StepReads.withAttempts(session, head.key(), page), next));
  }

  private static Optional<RunDetail> replay(Session session, RunId id) throws SQLException {
    var head = RunReads.head(session, id, Long.MAX_VALUE);
    if (head == null) {
      return Optional.empty();
    }
    return Optional.of(head.with(StepReads.all(session, head.key()), null));
  }

  private static @Nullable String value(Session session, long runKey, ValueRef ref)
      throws SQLException {
    return switch (ref) {
      case ValueRef.RunInput any -> text(session, RUN_INPUT, runKey);
      case ValueRef.RunOutput any -> text(session, RUN_OUTPUT, runKey);
      case ValueRef.StepInput step -> stepText(session, STEP_INPUT, runKey, step.ordinal());
      case ValueRef.StepOutput step -> stepText(session, STEP_OUTPUT, runKey, step.ordinal());
    };
  }

  private static @Nullable String stepText(Session session, String sql, long runKey, int ordinal)
      throws SQLException {
    return ordinal < 0 || ordinal > StepKeys.ORDINAL_MAX
        ? null
        : text(session, sql, StepKeys.of(runKey, ordinal));
  }

  private static @Nullable String text(Session session, String sql, long key) throws SQLException {
    return session.list(sql, row -> Optional.ofNullable(row.getString(1)), key).stream()
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(null);
  }

  private static RunPage page(int limit, List<RunRecord> runs) {
    return runs.size() > limit
        ? new RunPage(runs.subList(0, limit), runs.get(limit - 1).id())
        : new RunPage(runs, null);
  }

  private static void requireOrdinal(int ordinal) {
    if (ordinal < 0 || ordinal > StepKeys.ORDINAL_MAX) {
      throw new IllegalArgumentException("There is no step " + ordinal);
    }
  }

  private static void requireBetween(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " must be 1 to " + most + ", not " + value);
    }
  }
}
