package dev.perdure.sqlite;

import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.StepPlan;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stores the rows of a new run. Belongs to the writer's thread. */
final class NewRuns {

  private static final int PLANS_MAX = 1_000;

  private static final String LAST_KEY = "SELECT coalesce(max(run_key), 0) FROM runs";

  private static final String INSERT =
      """
      INSERT INTO runs (run_key, id, workflow, version, plan_key, status, parent_step_key,
        created_ms, started_ms, deadline_ms, input)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String INSERT_KEY =
      """
      INSERT INTO idempotency_keys (workflow, key, run_id, input_digest, created_ms)
      VALUES (?, ?, ?, ?, ?)
      """;

  private static final String INSERT_SLOT =
      "INSERT INTO slots (workflow, slot_ms, run_id, created_ms) VALUES (?, ?, ?, ?)";

  private static final String FIND_PLAN = "SELECT plan_key FROM plans WHERE steps = ?";

  private static final String INSERT_PLAN =
      "INSERT INTO plans (steps) VALUES (?) RETURNING plan_key";

  private final Session session;
  private final Map<List<StepPlan>, Long> planKeys = new HashMap<>();
  private long lastKey;

  NewRuns(Session session) throws SQLException {
    this.session = session;
    this.lastKey = session.number(LAST_KEY);
  }

  /** What was learnt in a transaction that is rolled back is not true. */
  void forgetAll() {
    planKeys.clear();
  }

  /**
   * Stores it and returns its key.
   *
   * @param parentStepKey the entry that starts it; null when none does
   */
  long insert(StartRun command, @Nullable Long parentStepKey) throws SQLException {
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
        parentStepKey,
        atMs,
        command.running() ? atMs : null,
        Columns.ofDue(command.deadline()),
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
