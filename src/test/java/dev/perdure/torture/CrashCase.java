package dev.perdure.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plays the {@link Script} against a server that is killed at its Nth write to its data directory,
 * starts it again, gives every run the time to end, and looks at everything.
 *
 * @param action how it is killed, in the words of faults.c: "kill" or "kill-half"
 */
record CrashCase(Path directory, Path faults, int write, String action) {

  /** What counts as a write, in the words of faults.c. */
  static final List<String> CALLS = List.of("write", "sync", "truncate", "unlink");

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;

  private static final String STATES =
      """
      SELECT 'run ' || coalesce(input ->> '$.nonce', '?') || '|' || status
        || coalesce(' for its end: ' || ending, '')
        || coalesce(', waiting for ' || nullif(waiting_kind, 'slot'), '')
      FROM runs WHERE workflow LIKE 'torture-%'
      UNION ALL
      SELECT (SELECT coalesce(input ->> '$.nonce', '?') FROM runs WHERE run_key = step_key >> 20)
          || ', ' || kind || ' ' || name || ' (' || (step_key & 1048575) || ')|' || status
        || iif(attempt > 1, ', attempt ' || attempt, '')
        || coalesce(', waiting for ' || nullif(waiting_kind, 'slot'), '')
      FROM steps
      UNION ALL SELECT 'signals|' || count(*) || ' stored, '
        || count(taken_by) || ' taken' FROM inbox HAVING count(*) > 0
      UNION ALL SELECT 'shutdown|begun' FROM engine WHERE shutdown_began = 1
      UNION ALL SELECT 'owner|' || owner_epoch FROM engine
      """;
  private static final String TABLES =
      "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'table'"
          + " ORDER BY name)";
  private static final String CUT_OFF =
      """
      SELECT (SELECT coalesce(input ->> '$.nonce', '?') FROM runs WHERE run_key = step_key >> 20)
        || ', ' || name
      FROM attempts JOIN steps USING (step_key) WHERE outcome = 'interrupted' ORDER BY step_key
      """;

  /** What was found, and what became of it; no point when there is no such write any more. */
  record Result(Audit.Report report, Optional<CrashPoint> point) {}

  Result play() throws Exception {
    Files.createDirectories(directory);
    var data = Files.createDirectories(directory.resolve("data")).toRealPath();
    var calls = directory.resolve("calls");
    try (var acks = new AckLedger(directory.resolve("acks"))) {
      var server =
          Target.in(directory)
              .preload(faults)
              .env("FAULTS_BELOW", data.toString())
              .env("FAULTS_LOG", calls.toString())
              .env("FAULTS_ARM", String.join(",", CALLS) + " " + write + " " + action);
      var told = playUntilKilled(server, acks);
      if (told.isEmpty()) {
        return new Result(settleAndLook(), Optional.empty());
      }
      var stored = stored(data);
      var call = lastCall(calls);
      var report = settleAndLook();
      var point = new CrashPoint(write, call, told.get(), stored, cutOff(data));
      return new Result(report, Optional.of(point));
    }
  }

  /** What the client was told last; nothing when it ended in order, because N is behind the end. */
  private Optional<String> playUntilKilled(Target.Builder server, AckLedger acks) throws Exception {
    try (var target = server.launch()) {
      var told = "nothing";
      if (target.becomesReady()) {
        told = Script.play(target.url(), acks);
        target.signal("TERM");
      }
      int exit = target.awaitExit(PATIENCE);
      if (exit != KILLED && exit != TERMINATED) {
        throw new AssertionError("It ended with exit code " + exit + ":\n" + target.log());
      }
      return exit == KILLED ? Optional.of(told) : Optional.empty();
    }
  }

  private Audit.Report settleAndLook() throws Exception {
    try (var target = Target.in(directory).start()) {
      Settle.within(target.url(), PATIENCE);
      target.kill();
    }
    return new Audit(
            directory.resolve("data"), directory.resolve("acks"), directory.resolve("effects"))
        .afterTheEnd();
  }

  /** Runs and steps and how they stand. */
  private Map<String, String> stored(Path data) throws Exception {
    var states = new LinkedHashMap<String, String>();
    if (!Files.exists(data.resolve("perdure.db"))) {
      return states;
    }
    var reader = OtherReader.copyOf(data, directory.resolve("at-the-kill"));
    var tables = reader.rows(TABLES).getFirst();
    if (!tables.contains("inbox")) {
      states.put("tables", tables);
      return states;
    }
    for (var row : reader.rows(STATES)) {
      int bar = row.indexOf('|');
      states.put(row.substring(0, bar), row.substring(bar + 1));
    }
    if (!tables.contains("torture_books")) {
      states.put("tables of workflows", "missing");
    }
    return states;
  }

  private List<String> cutOff(Path data) throws Exception {
    return new ArrayList<>(OtherReader.copyOf(data, directory.resolve("later")).rows(CUT_OFF));
  }

  /** The last call that was logged is the one that killed it. */
  private static String lastCall(Path calls) throws IOException {
    var words = Append.read(calls).getLast();
    return words.get(1) + " " + words.get(2);
  }
}
