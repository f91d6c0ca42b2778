package dev.perdure.sqlite;

import dev.perdure.journal.RunDetail;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import dev.perdure.journal.StepRecord;
import dev.perdure.journal.StoredValue;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads single runs, unfinished ones, and how many there are. A status other than completed is
 * always asked for together with {@code status <> 'completed'}, without which SQLite does not use
 * the partial index.
 */
final class RunReads {

  private static final String FIND = "SELECT" + RunRow.COLUMNS + "FROM runs WHERE id = ?";

  static final String STATUS = "SELECT status FROM runs WHERE id = ?";

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

  static List<RunRecord> unfinished(Session session, int most, @Nullable RunId after)
      throws SQLException {
    long key = after == null ? 0 : RunLists.cursor(session, after, 0);
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

  private static Head readHead(Row row) throws SQLException {
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
