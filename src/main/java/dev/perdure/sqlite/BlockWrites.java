package dev.perdure.sqlite;

import dev.perdure.journal.Command.BlockMissing;
import dev.perdure.journal.Command.Unblock;
import dev.perdure.journal.RunId;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** Blocks and unblocks many runs at once, when workflows come and go. */
final class BlockWrites {

  private static final String BLOCK_MISSING =
      """
      UPDATE runs SET status = 'blocked', reason_code = ?, reason = ?, waiting_kind = NULL,
        waiting_name = NULL, waiting_since_ms = NULL, waiting_until_ms = NULL
      WHERE run_key IN (
        SELECT run_key FROM runs
        WHERE status IN ('pending', 'running') AND status <> 'completed'
          AND (status = 'pending' OR waiting_kind IS NOT NULL)
          AND workflow NOT IN (SELECT value FROM json_each(?))
        ORDER BY run_key LIMIT ?)
      RETURNING run_key, id
      """;

  private static final String UNBLOCK =
      """
      UPDATE runs SET status = iif(started_ms IS NULL, 'pending', 'running'),
        waiting_kind = iif(started_ms IS NULL, NULL, 'slot'),
        waiting_since_ms = iif(started_ms IS NULL, NULL, ?),
        reason_code = NULL, reason = NULL
      WHERE run_key IN (
        SELECT run_key FROM runs
        WHERE status = 'blocked' AND status <> 'completed' AND reason_code = ?
          AND workflow IN (SELECT value FROM json_each(?))
        ORDER BY run_key LIMIT ?)
      RETURNING run_key, id
      """;

  private static final String UNBLOCK_STEPS =
      """
      UPDATE steps SET status = 'running', reason_code = NULL, reason = NULL,
        waiting_kind = 'slot', waiting_since_ms = ?, strikes = 0, trial = 0
      WHERE step_key BETWEEN ? AND ? AND status = 'blocked'
      """;

  private record Changed(long key, RunId id) {}

  private final Session session;
  private final ActiveRuns active;

  BlockWrites(Session session, ActiveRuns active) {
    this.session = session;
    this.active = active;
  }

  List<RunId> blockMissing(BlockMissing command, Touched touched) throws SQLException {
    var blocked =
        changed(
            BLOCK_MISSING,
            command.reason().code(),
            command.reason().message(),
            Columns.ofTexts(command.installed()),
            command.limit());
    blocked.forEach(run -> touched.addStopped(run.id()));
    return over(blocked);
  }

  List<RunId> unblock(Unblock command, Touched touched) throws SQLException {
    long atMs = Columns.ofInstant(command.at());
    var unblocked =
        changed(
            UNBLOCK,
            atMs,
            command.reasonCode(),
            Columns.ofTexts(command.workflows()),
            command.limit());
    for (var run : unblocked) {
      session.update(UNBLOCK_STEPS, atMs, StepKeys.first(run.key()), StepKeys.last(run.key()));
    }
    unblocked.forEach(run -> touched.add(run.id()));
    return over(unblocked);
  }

  private List<Changed> changed(String sql, Object... values) throws SQLException {
    var runs =
        session.list(
            sql, row -> new Changed(row.getLong("run_key"), Columns.id(row, "id")), values);
    runs.sort(Comparator.comparingLong(Changed::key));
    return runs;
  }

  /** What the writer remembers of them is not so any longer. */
  private List<RunId> over(List<Changed> runs) {
    runs.forEach(run -> active.end(run.id()));
    return runs.stream().map(Changed::id).toList();
  }
}
