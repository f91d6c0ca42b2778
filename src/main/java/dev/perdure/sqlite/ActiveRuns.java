package dev.perdure.sqlite;

import dev.perdure.journal.RunId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Spares the writer the look-up of runs that it has just had in hand. Holds nothing that decides:
 * statements compare with the stored rows. Belongs to the writer's thread and is forgotten on each
 * rollback.
 */
final class ActiveRuns {

  private static final int RUNS_MAX = 50_000;

  static final String FIND =
      """
      SELECT run_key, waiting_kind IS NOT NULL, coalesce(
        (SELECT step_key FROM children WHERE step_key = parent_step_key AND awaited = 1), 0)
      FROM runs WHERE id = ?
      """;

  /**
   * A run's key, whether its row says that it waits, and the step_key of the entry that waits for
   * its end.
   */
  static final class ActiveRun {
    /** No entry has this key. */
    static final long NOBODY = 0;

    final RunId id;
    final long key;
    final long awaitedBy;
    boolean waits;

    ActiveRun(RunId id, long key, boolean waits, long awaitedBy) {
      this.id = id;
      this.key = key;
      this.waits = waits;
      this.awaitedBy = awaitedBy;
    }
  }

  private final Session session;
  private final Map<RunId, ActiveRun> runs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RunId, ActiveRun> eldest) {
          return size() > RUNS_MAX;
        }
      };

  ActiveRuns(Session session) {
    this.session = session;
  }

  /** The run; null when there is none. */
  @Nullable ActiveRun find(RunId id) throws SQLException {
    var known = runs.get(id);
    if (known != null) {
      return known;
    }
    var found =
        session.first(
            FIND,
            row -> new ActiveRun(id, row.getLong(1), row.getBoolean(2), row.getLong(3)),
            (Object) Columns.ofId(id));
    if (found != null) {
      runs.put(id, found);
    }
    return found;
  }

  /** A run that has just begun and that no other has started. */
  ActiveRun begin(RunId id, long key) {
    var run = new ActiveRun(id, key, false, ActiveRun.NOBODY);
    runs.put(id, run);
    return run;
  }

  void end(RunId id) {
    runs.remove(id);
  }

  void forgetAll() {
    runs.clear();
  }
}
