package dev.perdure.sqlite;

import dev.perdure.journal.Change;
import dev.perdure.sqlite.ActiveRuns.ActiveRun;
import java.sql.SQLException;
import java.time.Instant;

/** Runs that are started by other runs, and how their ends come back. */
final class ChildWrites {

  private static final String INSERT =
      """
      INSERT INTO children (step_key, run_key, awaited)
      SELECT step_key, ?, ? FROM steps WHERE step_key = ?
      """;

  private final Session session;
  private final NewRuns newRuns;
  private final InboxWrites inbox;

  ChildWrites(Session session, NewRuns newRuns, InboxWrites inbox) {
    this.session = session;
    this.newRuns = newRuns;
    this.inbox = inbox;
  }

  boolean start(ActiveRun parent, Change.ChildStarted c, Touched touched) throws SQLException {
    if (c.run().running() || c.run().key() != null || c.run().slot() != null) {
      throw new BrokenCommandException(
          "Run " + c.run().id() + ": a child is stored pending, without key and slot.");
    }
    long stepKey = StepKeys.of(parent.key, c.ordinal());
    long childKey = newRuns.insert(c.run(), stepKey);
    touched.add(c.run().id());
    return session.update(INSERT, childKey, c.awaited() ? 1 : 0, stepKey) == 1;
  }

  /** Costs nothing for a run that nobody waits for. */
  void ended(ActiveRun run, Instant at) throws SQLException {
    if (run.awaitedBy != ActiveRun.NOBODY) {
      inbox.childEnded(run.awaitedBy, at);
    }
  }
}
