package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.StepLog;
import java.sql.SQLException;

/** What a step says about itself while it works. It decides nothing and is never refused. */
final class LogWrites {

  private static final String SET_PROGRESS =
      """
      INSERT INTO progress (step_key, fraction, at_ms, text)
      SELECT step_key, ?, ?, ? FROM steps
      WHERE step_key = ? AND status = 'running' AND waiting_kind IS NULL AND attempt = ?
        AND attempt > 0
      ON CONFLICT (step_key) DO UPDATE SET fraction = excluded.fraction, at_ms = excluded.at_ms,
        text = excluded.text
      """;

  /** An attempt that has ended may still write: what a zombie says is worth knowing. */
  static final String ADD_LINE =
      """
      INSERT INTO step_logs (step_key, number, attempt, at_ms, line)
      SELECT step_key, last + 1, ?1, ?2, ?3 FROM (
        SELECT step_key,
          (SELECT coalesce(max(number), 0) FROM step_logs WHERE step_key = ?4) AS last
        FROM steps WHERE step_key = ?4 AND attempt >= ?1)
      WHERE last < ?5
      """;

  private final Session session;

  LogWrites(Session session) {
    this.session = session;
  }

  void progress(long runKey, Change.StepProgressed c) throws SQLException {
    session.update(
        SET_PROGRESS,
        c.fraction(),
        Columns.ofInstant(c.at()),
        c.text(),
        StepKeys.of(runKey, c.ordinal()),
        c.attempt());
  }

  void line(long runKey, Change.StepLogged c) throws SQLException {
    session.update(
        ADD_LINE,
        c.attempt(),
        Columns.ofInstant(c.at()),
        c.line(),
        StepKeys.of(runKey, c.ordinal()),
        StepLog.LINES_MAX);
  }
}
