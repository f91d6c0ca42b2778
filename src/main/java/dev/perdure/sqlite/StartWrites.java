package dev.perdure.sqlite;

import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.IdempotencyKey;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.RunId;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores new runs and lets pending ones begin. */
final class StartWrites {

  private static final String FIND_KEY =
      "SELECT run_id, input_digest FROM idempotency_keys WHERE workflow = ? AND key = ?";

  private static final String FIND_SLOT =
      "SELECT run_id FROM slots WHERE workflow = ? AND slot_ms = ?";

  private static final String ADMIT =
      """
      UPDATE runs SET status = 'running', started_ms = ?
      WHERE run_key IN (
        SELECT run_key FROM runs WHERE status = 'pending' AND status <> 'completed'
        ORDER BY run_key LIMIT ?)
      RETURNING run_key, id, parent_step_key IS NOT NULL AS is_child
      """;

  /**
   * A run that was admitted.
   *
   * @param isChild whether another run has started it, and may wait for it
   */
  private record Admitted(long key, RunId id, boolean isChild) {}

  private final Session session;
  private final ActiveRuns active;
  private final Advances advances;
  private final NewRuns newRuns;

  StartWrites(Session session, ActiveRuns active, Advances advances, NewRuns newRuns) {
    this.session = session;
    this.active = active;
    this.advances = advances;
    this.newRuns = newRuns;
  }

  StartResult start(StartRun command, Touched touched) throws SQLException {
    var known = answered(command);
    if (known != null) {
      return known;
    }
    long key = newRuns.insert(command, null);
    if (command.running()) {
      advances.applyAll(active.begin(command.id(), key), 0, command.changes(), touched);
    }
    touched.add(command.id());
    return new StartResult.Started(command.id());
  }

  List<RunId> admit(AdmitRuns command, Touched touched) throws SQLException {
    var admitted =
        session.list(
            ADMIT,
            row ->
                new Admitted(
                    row.getLong("run_key"), Columns.id(row, "id"), row.getBoolean("is_child")),
            Columns.ofInstant(command.at()),
            command.limit());
    admitted.sort(Comparator.comparingLong(Admitted::key));
    for (var run : admitted) {
      if (!run.isChild()) {
        active.begin(run.id(), run.key());
      }
      touched.add(run.id());
    }
    return admitted.stream().map(Admitted::id).toList();
  }

  private @Nullable StartResult answered(StartRun command) throws SQLException {
    if (command.key() != null) {
      var known = findKey(command.workflow(), command.key());
      if (known != null) {
        return known;
      }
    }
    if (command.slot() != null) {
      var taken =
          session.first(
              FIND_SLOT,
              row -> Columns.id(row, "run_id"),
              command.workflow(),
              Columns.ofInstant(command.slot()));
      return taken == null ? null : new StartResult.SlotTaken(taken);
    }
    return null;
  }

  private @Nullable StartResult findKey(String workflow, IdempotencyKey key) throws SQLException {
    return session.first(
        FIND_KEY,
        row -> {
          var id = Columns.id(row, "run_id");
          return row.getString("input_digest").equals(key.inputDigest())
              ? new StartResult.Existing(id)
              : new StartResult.KeyReused(id);
        },
        workflow,
        key.key());
  }
}
