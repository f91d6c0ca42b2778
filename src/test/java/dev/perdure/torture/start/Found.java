package dev.perdure.torture.start;

import dev.perdure.torture.OtherReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What another program reads in the database, before the start and after it. */
record Found(Path directory, OtherReader now) {

  /** What must be found nowhere, by what it is. The database as it was is attached. */
  private static final Map<String, String> FORBIDDEN = new LinkedHashMap<>();

  static {
    FORBIDDEN.put(
        "runs that have not gone on",
        """
        FROM runs WHERE status = 'pending'
          OR (status = 'running'
            AND coalesce(waiting_kind, 'slot') NOT IN ('timer', 'retry', 'signal'))
        """);
    FORBIDDEN.put(
        "runs that are gone",
        "FROM before.runs AS b WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run_key = b.run_key)");
    FORBIDDEN.put("runs that have failed", "FROM runs WHERE status IN ('failed', 'cancelled')");
    FORBIDDEN.put(
        "steps that had completed and ran again",
        """
        FROM before.steps AS b JOIN steps AS s USING (step_key)
        WHERE b.status = 'completed'
          AND (s.status, s.attempt, s.finished_ms, s.output)
            IS NOT (b.status, b.attempt, b.finished_ms, b.output)
        """);
    FORBIDDEN.put(
        "attempts that were cut off and are not recorded so",
        """
        FROM before.steps AS b
        WHERE b.status = 'running' AND b.waiting_kind IS NULL AND b.attempt > 0
          AND NOT EXISTS (
            SELECT 1 FROM attempts AS a
            WHERE a.step_key = b.step_key AND a.attempt = b.attempt AND a.outcome = 'interrupted')
        """);
    FORBIDDEN.put(
        "crashes that used up a retry",
        "FROM steps WHERE status = 'completed' AND attempt > 0 AND attempt - interrupted <> 1");
    FORBIDDEN.put(
        "times that were forgotten",
        """
        FROM before.runs AS b JOIN runs AS r USING (run_key)
        WHERE b.waiting_kind IN ('timer', 'retry')
          AND b.waiting_until_ms > (SELECT max(finished_ms) FROM runs)
          AND (r.status, r.waiting_kind, r.waiting_until_ms)
            IS NOT (b.status, b.waiting_kind, b.waiting_until_ms)
        """);
    FORBIDDEN.put(
        "runs that slept for too short a time",
        """
        FROM before.runs AS b JOIN runs AS r USING (run_key)
        WHERE b.waiting_kind = 'timer' AND r.finished_ms < b.waiting_until_ms
        """);
    FORBIDDEN.put(
        "steps with three strikes that ran",
        """
        FROM before.steps AS b JOIN steps AS s USING (step_key)
        WHERE b.strikes > 2 AND b.status = 'running' AND s.attempt > b.attempt
        """);
    FORBIDDEN.put(
        "suspects that ran beside others",
        """
        FROM (
          SELECT CAST(substr(s.output, 2, 13) AS INTEGER) AS began,
            CAST(substr(s.output, 16, 13) AS INTEGER) AS ended
          FROM before.steps AS b JOIN steps AS s USING (step_key)
          WHERE b.strikes = 2 AND b.status = 'running' AND s.status = 'completed') AS suspect
        CROSS JOIN (
          SELECT CAST(substr(output, 2, 13) AS INTEGER) AS ran FROM steps
          WHERE status = 'completed' AND length(output) = 15) AS other
        WHERE other.ran > suspect.began AND other.ran < suspect.ended
        """);
  }

  /** The database as the killed process has left it, kept aside. */
  static Found before(Path directory) throws Exception {
    return new Found(directory, copy(directory, "before"));
  }

  /** The same as the server has left it. */
  Found after() throws Exception {
    return new Found(directory, copy(directory, "after"));
  }

  private static OtherReader copy(Path directory, String name) throws Exception {
    var copy = OtherReader.copyOf(directory.resolve("data"), directory.resolve(name));
    copy.rows("PRAGMA wal_checkpoint(TRUNCATE)");
    return copy;
  }

  /** The end of the last of those that waited for nothing and for nobody from outside. */
  Optional<Instant> lastEnd() throws Exception {
    return instant(
        """
        SELECT max(r.finished_ms) FROM before.runs AS b JOIN runs AS r USING (run_key)
        WHERE b.status = 'pending' OR (b.status = 'running'
          AND coalesce(b.waiting_kind, 'slot') NOT IN ('timer', 'retry', 'signal'))
        """);
  }

  /** The end of the last of those that slept. */
  Optional<Instant> lastAwake() throws Exception {
    return instant("SELECT max(finished_ms) FROM runs WHERE workflow = 'nap'");
  }

  /** When the last of those that slept for a short time was due. */
  Optional<Instant> lastDue() throws Exception {
    return instant(
        """
        SELECT max(b.waiting_until_ms) FROM before.runs AS b JOIN runs AS r USING (run_key)
        WHERE b.waiting_kind = 'timer' AND r.status = 'completed'
        """);
  }

  private Optional<Instant> instant(String sql) throws Exception {
    var ms = now.rows(attached(sql)).getFirst();
    return ms.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(Long.parseLong(ms)));
  }

  List<String> violations() throws Exception {
    var violations = new ArrayList<String>();
    for (var forbidden : FORBIDDEN.entrySet()) {
      var count = now.rows(attached("SELECT count(*) " + forbidden.getValue())).getFirst();
      if (!count.equals("0")) {
        violations.add(forbidden.getKey() + ": " + count);
      }
    }
    var integrity = now.rows("PRAGMA integrity_check");
    if (!integrity.equals(List.of("ok"))) {
      violations.add("the database is broken: " + integrity);
    }
    return violations;
  }

  private String attached(String sql) {
    return "ATTACH '" + directory.resolve("before").resolve("perdure.db") + "' AS before; " + sql;
  }
}
