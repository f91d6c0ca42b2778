package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command.SendSignal;
import dev.perdure.journal.Command.SignalResult;
import dev.perdure.journal.SignalRecord;
import dev.perdure.journal.Status;
import java.sql.SQLException;
import java.time.Instant;

/** What comes into the inboxes of runs, and what is taken out. */
final class InboxWrites {

  private static final String FIND_RUN = "SELECT run_key, status FROM runs WHERE id = ?";

  static final String COUNT_ID = "SELECT count(*) FROM inbox WHERE run_key = ? AND id = ?";

  static final String COUNT_SIGNALS =
      """
      SELECT count(*) FROM (
        SELECT 1 FROM inbox INDEXED BY inbox_not_taken
        WHERE run_key = ? AND taken_by IS NULL AND name <> ? LIMIT ?)
      """;

  static final String INSERT =
      """
      INSERT INTO inbox (run_key, number, id, name, sent_ms, payload)
      VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM inbox WHERE run_key = ?1), ?2, ?3, ?4,
        ?5)
      """;

  private static final String TAKE =
      """
      UPDATE inbox SET taken_by = ?, payload = NULL
      WHERE run_key = ? AND number = ? AND taken_by IS NULL
      """;

  private static final String HAS_NOT_ENDED =
      """
      SELECT count(*) FROM runs
      WHERE run_key = ? AND (status = 'running' OR status = 'blocked' OR status = 'pending')
      """;

  private record Run(long key, Status status) {}

  private final Session session;

  InboxWrites(Session session) {
    this.session = session;
  }

  /** A repeated request gets the same answer also when the run has ended or its inbox is full. */
  SignalResult send(SendSignal command, Touched touched) throws SQLException {
    if (command.name().equals(SignalRecord.CHILD_ENDED)) {
      throw new BrokenCommandException("No signal can have the name " + command.name() + ".");
    }
    var run =
        session.first(
            FIND_RUN,
            row -> new Run(row.getLong("run_key"), Columns.status(row)),
            (Object) Columns.ofId(command.run()));
    if (run == null) {
      return new SignalResult.NoSuchRun();
    }
    if (command.id() != null && session.number(COUNT_ID, run.key(), command.id()) > 0) {
      return new SignalResult.Known();
    }
    if (run.status().isTerminal()) {
      return new SignalResult.RunEnded(run.status());
    }
    if (isFull(run, command.inboxMax())) {
      return new SignalResult.InboxFull();
    }
    session.update(
        INSERT,
        run.key(),
        command.id(),
        command.name(),
        Columns.ofInstant(command.at()),
        command.payload());
    touched.add(command.run());
    return new SignalResult.Stored();
  }

  boolean take(long runKey, Change.SignalTaken c) throws SQLException {
    return session.update(TAKE, c.ordinal(), runKey, c.number()) == 1;
  }

  /** Tells the entry that has started a run of its end, unless its own run has ended before. */
  void childEnded(long parentStepKey, Instant at) throws SQLException {
    long parent = StepKeys.runKey(parentStepKey);
    if (session.number(HAS_NOT_ENDED, parent) == 1) {
      session.update(
          INSERT,
          parent,
          null,
          SignalRecord.CHILD_ENDED,
          Columns.ofInstant(at),
          Integer.toString(StepKeys.ordinal(parentStepKey)));
    }
  }

  private boolean isFull(Run run, int most) throws SQLException {
    return session.number(COUNT_SIGNALS, run.key(), SignalRecord.CHILD_ENDED, most) >= most;
  }
}
