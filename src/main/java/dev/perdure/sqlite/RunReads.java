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

  /** The unary plus keeps SQLite from the index of the workflow, which may hold millions more. */
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

  private static final String NEWEST = "SELECT id FROM runs ORDER BY id DESC LIMIT 1";

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
    var values = new ArrayList<@Nullable Object>();
    var sql = select(filter, values);
    values.add(before == null ? Long.MAX_VALUE : cursor(session, before, 1));
    values.add(most);
    return session.list(sql, RunRow::read, values.toArray());
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
    return workflow == null ? LIST_OF_STATUS : LIST_OF_STATUS_AND_WORKFLOW;
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
