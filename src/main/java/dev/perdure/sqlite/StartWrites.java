package dev.perdure.sqlite;

import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.IdempotencyKey;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepPlan;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stores new runs and lets pending ones begin. */
final class StartWrites {

  private static final int PLANS_MAX = 1_000;

  private static final String LAST_KEY = "SELECT coalesce(max(run_key), 0) FROM runs";

  private static final String INSERT =
      """
      INSERT INTO runs (run_key, id, workflow, version, plan_key, status, created_ms, started_ms,
        input)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String FIND_KEY =
      "SELECT run_id, input_digest FROM idempotency_keys WHERE workflow = ? AND key = ?";

  private static final String INSERT_KEY =
      """
      INSERT INTO idempotency_keys (workflow, key, run_id, input_digest, created_ms)
      VALUES (?, ?, ?, ?, ?)
      """;

  private static final String FIND_SLOT =
      "SELECT run_id FROM slots WHERE workflow = ? AND slot_ms = ?";

  private static final String INSERT_SLOT =
      "INSERT INTO slots (workflow, slot_ms, run_id, created_ms) VALUES (?, ?, ?, ?)";

  private static final String FIND_PLAN = "SELECT plan_key FROM plans WHERE steps = ?";

  private static final String INSERT_PLAN =
      "INSERT INTO plans (steps) VALUES (?) RETURNING plan_key";

  private static final String ADMIT =
      """
      UPDATE runs SET status = 'running', started_ms = ?
      WHERE run_key IN (
        SELECT run_key FROM runs WHERE status = 'pending' AND status <> 'completed'
        ORDER BY run_key LIMIT ?)
      RETURNING run_key, id
      """;

  private record Admitted(long key, RunId id) {}

  private final Session session;
  private final ActiveRuns active;
  private final Advances advances;
  private final Map<List<StepPlan>, Long> planKeys = new HashMap<>();
  private long lastKey;

  StartWrites(Session session, ActiveRuns active, Advances advances) throws SQLException {
    this.session = session;
    this.active = active;
    this.advances = advances;
    this.lastKey = session.number(LAST_KEY);
  }

  /** What was learnt in a transaction that is rolled back is not true. */
  void forgetAll() {
    planKeys.clear();
  }

  StartResult start(StartRun command, Touched touched) throws SQLException {
    var known = answered(command);
    if (known != null) {
      return known;
    }
    long key = insert(command);
    if (command.running()) {
      advances.applyAll(active.begin(command.id(), key), 0, command.changes());
    }
    touched.add(command.id());
    return new StartResult.Started(command.id());
  }

  List<RunId> admit(AdmitRuns command, Touched touched) throws SQLException {
    var admitted =
        session.list(
            ADMIT,
            row -> new Admitted(row.getLong("run_key"), Columns.id(row, "id")),
            Columns.ofInstant(command.at()),
            command.limit());
    admitted.sort(Comparator.comparingLong(Admitted::key));
    for (var run : admitted) {
      active.begin(run.id(), run.key());
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

  private long insert(StartRun command) throws SQLException {
    long key = ++lastKey;
    var id = Columns.ofId(command.id());
    long atMs = Columns.ofInstant(command.at());
    session.update(
        INSERT,
        key,
        id,
        command.workflow(),
        command.version(),
        planKey(command.plan()),
        command.running() ? "running" : "pending",
        atMs,
        command.running() ? atMs : null,
        command.input());
    if (command.key() != null) {
      var idempotency = command.key();
      session.update(
          INSERT_KEY, command.workflow(), idempotency.key(), id, idempotency.inputDigest(), atMs);
    }
    Instant slot = command.slot();
    if (slot != null) {
      session.update(INSERT_SLOT, command.workflow(), Columns.ofInstant(slot), id, atMs);
    }
    return key;
  }

  private @Nullable Long planKey(List<StepPlan> plan) throws SQLException {
    if (plan.isEmpty()) {
      return null;
    }
    var known = planKeys.get(plan);
    if (known != null) {
      return known;
    }
    var text = Columns.ofPlan(plan);
    var key = session.first(FIND_PLAN, row -> row.getLong(1), text);
    if (key == null) {
      key = session.number(INSERT_PLAN, text);
    }
    if (planKeys.size() >= PLANS_MAX) {
      planKeys.clear();
    }
    planKeys.put(plan, key);
    return key;
  }
}
