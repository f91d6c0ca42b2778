package dev.perdure.sqlite;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StoredValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads runs. A status other than completed is always asked for together with {@code status <>
 * 'completed'}, without which SQLite does not use the partial index.
 */
final class RunReads {

  private static final String FIND = "SELECT" + RunRow.COLUMNS + "FROM runs WHERE id = ?";

  private static final String KEY = "SELECT run_key FROM runs WHERE id = ?";

  private static final String DETAIL =
      "SELECT run_key, error, octet_length(input) AS input_bytes, iif(octet_length(input) <= ?1,"
          + " input, NULL) AS input, octet_length(output) AS output_bytes,"
          + " iif(octet_length(output) <= ?2, output, NULL) AS output,"
          + " (SELECT steps FROM plans WHERE plans.plan_key = runs.plan_key) AS plan,"
          + RunRow.COLUMNS
          + "FROM runs WHERE ";

  private static final String DETAIL_OF_ID = DETAIL + "id = ?3";

  static final String DETAIL_OF_CHILD =
      DETAIL + "run_key = (SELECT c.run_key FROM children AS c WHERE c.step_key = ?3)";

  /** Where a page ends or begins; the run may have been deleted in the meantime. */
  private static final String CURSOR =
      """
      SELECT coalesce(
        (SELECT run_key FROM runs WHERE id = ?1),
        (SELECT run_key + ?2 FROM runs WHERE id < ?1 ORDER BY id DESC LIMIT 1),
        0)
      """;

  private static final String OLDER = " AND run_key < ? ORDER BY run_key DESC LIMIT ?";

  private static final String LIST = "SELECT" + RunRow.COLUMNS + "FROM runs WHERE TRUE" + OLDER;

  private static final String LIST_OF_WORKFLOW =
      "SELECT" + RunRow.COLUMNS + "FROM runs WHERE workflow = ?" + OLDER;

  private static final String LIST_COMPLETED =
      "SELECT" + RunRow.COLUMNS + "FROM runs WHERE status = 'completed'" + OLDER;

  private static final String LIST_COMPLETED_OF_WORKFLOW =
      "SELECT" + RunRow.COLUMNS + "FROM runs WHERE status = 'completed' AND workflow = ?" + OLDER;

  private static final String LIST_OF_STATUS =
      "SELECT" + RunRow.COLUMNS + "FROM runs WHERE status = ? AND status <> 'completed'" + OLDER;

  /**
   * Goes from one run of the workflow to the next older one that stands at or before a run of the
   * status: what lies between is leapt over through the two indexes, however much it is. It ends
   * behind so many leaps, with a row that says how far it came, whatever its status.
   */
  static final String LEAP =
      """
      WITH RECURSIVE leaps (number, key) AS (
        SELECT 0, ?1
        UNION ALL
        SELECT number + 1, (
          SELECT w.run_key FROM runs AS w WHERE w.workflow = ?2 AND w.run_key <= (
            SELECT s.run_key FROM runs AS s
            WHERE s.status = ?3 AND s.status <> 'completed' AND s.run_key < leaps.key
            ORDER BY s.run_key DESC LIMIT 1)
          ORDER BY w.run_key DESC LIMIT 1)
        FROM leaps WHERE leaps.key IS NOT NULL AND number < ?4)
      SELECT run_key, number,
      """
          + RunRow.COLUMNS
          + "FROM leaps CROSS JOIN runs ON run_key = leaps.key AND number > 0"
          + " WHERE status = ?3 OR number = ?4 LIMIT ?5";

  /**
   * The same one by one: where runs of both kinds alternate, a leap costs more than what it leaps
   * over. The unary plus keeps SQLite from the index of the workflow, which may hold millions more.
   */
  private static final String LIST_OF_STATUS_AND_WORKFLOW =
      "SELECT"
          + RunRow.COLUMNS
          + "FROM runs WHERE status = ? AND status <> 'completed' AND +workflow = ?"
          + OLDER;

  private static final String UNFINISHED_OF =
      "SELECT * FROM (SELECT run_key,"
          + RunRow.COLUMNS
          + "FROM runs WHERE status = '%s' AND status <> 'completed' AND run_key > ?1"
          + " ORDER BY run_key LIMIT ?2)";

  static final String UNFINISHED =
      UNFINISHED_OF.formatted("running")
          + " UNION ALL "
          + UNFINISHED_OF.formatted("blocked")
          + " ORDER BY run_key LIMIT ?2";

  private static final String COUNT =
      """
      SELECT count(*) FROM (
        SELECT 1 FROM runs WHERE status = ? AND status <> 'completed' LIMIT ?)
      """;

  static final String PENDING =
      """
      SELECT count(*), coalesce(max(run_key), 0) FROM (
        SELECT run_key FROM runs
        WHERE status = 'pending' AND status <> 'completed' AND run_key > ?
        ORDER BY run_key LIMIT ?)
      """;

  private static final String NEWEST = "SELECT id FROM runs ORDER BY id DESC LIMIT 1";

  /** As many as it takes to find a page, several times over; some milliseconds. */
  private static final int LEAPS_MAX = 2_000;

  /** No value is as short as that. */
  private static final long NO_VALUE = -1;

  private RunReads() {}

  static @Nullable RunRecord find(Session session, RunId id) throws SQLException {
    return session.first(FIND, RunRow::read, (Object) Columns.ofId(id));
  }

  static @Nullable Long key(Session session, RunId id) throws SQLException {
    return session.first(KEY, row -> row.getLong(1), (Object) Columns.ofId(id));
  }

  /** A run with its values, before its steps are read. */
  record Head(long key, RunDetail run) {
    RunDetail with(List<StepRecord> steps, @Nullable Integer next) {
      return new RunDetail(
          run.run(), run.plan(), run.input(), run.output(), run.error(), steps, next);
    }
  }

  static @Nullable Head head(Session session, RunId id, long valueMax) throws SQLException {
    return session.first(DETAIL_OF_ID, RunReads::readHead, valueMax, valueMax, Columns.ofId(id));
  }

  /** The run that the entry has started, with its output but not its input. */
  static @Nullable RunDetail child(Session session, long stepKey) throws SQLException {
    var head =
        session.first(DETAIL_OF_CHILD, RunReads::readHead, NO_VALUE, Long.MAX_VALUE, stepKey);
    return head == null ? null : head.run();
  }

  static List<RunRecord> page(Session session, RunFilter filter, int most, @Nullable RunId before)
      throws SQLException {
    var status = filter.status();
    var workflow = filter.workflow();
    if (status != null && status != Status.COMPLETED && workflow != null) {
      long from = before == null ? Long.MAX_VALUE : cursor(session, before, 1);
      return leap(session, status, workflow, from, most);
    }
    var values = new ArrayList<@Nullable Object>();
    var sql = select(filter, values);
    values.add(before == null ? Long.MAX_VALUE : cursor(session, before, 1));
    values.add(most);
    return session.list(sql, RunRow::read, values.toArray());
  }

  private static List<RunRecord> leap(
      Session session, Status status, String workflow, long from, int most) throws SQLException {
    var found = new ArrayList<RunRecord>();
    long[] reached = {0};
    session.each(
        LEAP,
        row -> {
          var run = RunRow.read(row);
          if (run.status() == status) {
            found.add(run);
          }
          reached[0] = row.getInt("number") == LEAPS_MAX ? row.getLong("run_key") : 0;
        },
        from,
        workflow,
        status.word(),
        LEAPS_MAX,
        most);
    int missing = most - found.size();
    if (reached[0] > 0 && missing > 0) {
      found.addAll(
          session.list(
              LIST_OF_STATUS_AND_WORKFLOW,
              RunRow::read,
              status.word(),
              workflow,
              reached[0],
              missing));
    }
    return found;
  }

  static List<RunRecord> unfinished(Session session, int most, @Nullable RunId after)
      throws SQLException {
    long key = after == null ? 0 : cursor(session, after, 0);
    return session.list(UNFINISHED, RunRow::read, key, most);
  }

  static Map<Status, Long> counts(Session session, long atMost) throws SQLException {
    var counts = new EnumMap<Status, Long>(Status.class);
    for (var status : Status.values()) {
      if (status != Status.COMPLETED) {
        counts.put(status, session.number(COUNT, status.word(), atMost));
      }
    }
    return counts;
  }

  /** Runs that were counted, and the newest of them. */
  record Counted(long count, long lastKey) {}

  static Counted pending(Session session, long afterKey, long atMost) throws SQLException {
    var counted =
        session.first(
            PENDING, row -> new Counted(row.getLong(1), row.getLong(2)), afterKey, atMost);
    return Objects.requireNonNull(counted);
  }

  static @Nullable RunId newest(Session session) throws SQLException {
    return session.first(NEWEST, row -> Columns.id(row, "id"));
  }

  /** The key of a run, or where it would stand. */
  static long cursor(Session session, RunId id, int offset) throws SQLException {
    return session.number(CURSOR, Columns.ofId(id), offset);
  }

  private static String select(RunFilter filter, List<@Nullable Object> values) {
    var workflow = filter.workflow();
    var status = filter.status();
    if (status != null && status != Status.COMPLETED) {
      values.add(status.word());
    }
    if (workflow != null) {
      values.add(workflow);
    }
    if (status == null) {
      return workflow == null ? LIST : LIST_OF_WORKFLOW;
    }
    if (status == Status.COMPLETED) {
      return workflow == null ? LIST_COMPLETED : LIST_COMPLETED_OF_WORKFLOW;
    }
    return LIST_OF_STATUS;
  }

  private static Head readHead(ResultSet row) throws SQLException {
    StoredValue input = Objects.requireNonNull(Columns.value(row, "input"));
    return new Head(
        row.getLong("run_key"),
        new RunDetail(
            RunRow.read(row),
            Columns.plan(row.getString("plan")),
            input,
            Columns.value(row, "output"),
            Columns.error(row),
            List.of(),
            null));
  }
}
