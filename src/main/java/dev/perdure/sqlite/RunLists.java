package dev.perdure.sqlite;

import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.RunRecord;
import dev.perdure.journal.Status;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages of runs, from new to old. As in {@link RunReads}, a status other than completed goes
 * together with {@code status <> 'completed'}.
 */
final class RunLists {

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

  /** As many as it takes to find a page, several times over; some milliseconds. */
  private static final int LEAPS_MAX = 2_000;

  private RunLists() {}

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

  /** The key of a run, or where it would stand. */
  static long cursor(Session session, RunId id, int offset) throws SQLException {
    return session.number(CURSOR, Columns.ofId(id), offset);
  }

  private static String select(RunFilter filter, List<@Nullable Object> values) {
    var workflow = filter.workflow();
    var status = filter.status();
    if (status != null && status != Status.COMPLETED) {
      values.add(status.word());
      return LIST_OF_STATUS;
    }
    if (workflow != null) {
      values.add(workflow);
    }
    if (status == null) {
      return workflow == null ? LIST : LIST_OF_WORKFLOW;
    }
    return workflow == null ? LIST_COMPLETED : LIST_COMPLETED_OF_WORKFLOW;
  }
}
