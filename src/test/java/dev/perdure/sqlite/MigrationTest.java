package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.runCompleted;
import static dev.perdure.sqlite.TestJournal.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.AttemptRecord.Outcome;
import dev.perdure.journal.Command.AdmitRuns;
import dev.perdure.journal.Command.StartResult;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import dev.perdure.journal.WaitingFor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that was written before V002 goes on with it. */
class MigrationTest {

  private static final String INSERT_RUN =
      """
      INSERT INTO runs (id, workflow, version, plan_key, status, reason_code, reason, waiting_kind,
        waiting_since_ms, waiting_until_ms, failing_step, created_ms, started_ms, finished_ms,
        input, output, error)
      VALUES (x'%s', 'ping', 1, %s, %s)
      """;

  private static final String INSERT_STEP =
      """
      INSERT INTO steps (step_key, scope, position, kind, name, status, reason_code, reason,
        waiting_kind, waiting_since_ms, waiting_until_ms, attempt, interrupted, max_attempts,
        strikes, started_ms, attempt_started_ms, next_due_ms, finished_ms, input_digest, input,
        output, error)
      VALUES (%d, '', %d, 'step', 'step-0', %s, 3, 1, 5, 2, 10, 20, %s, 'd', '[1]', %s, %s)
      """;

  private static final String ERROR = "'{\"code\":\"error\",\"type\":\"T\",\"message\":\"no\"}'";

  @TempDir Path directory;
  RunId completed = newId();
  RunId failed = newId();
  RunId pending = newId();
  RunId waiting = newId();
  RunId blocked = newId();

  @BeforeEach
  void writeTheOldDatabase() throws Exception {
    var old = script();
    Files.createDirectories(directory);
    try (var database = new OpenDatabase(directory)) {
      database.execute(
          "CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
              + " checksum TEXT NOT NULL, applied_ms INTEGER NOT NULL) STRICT");
      database.execute(old);
      database.execute(
          "INSERT INTO migrations VALUES (1, 'V001__journal.sql', '" + checksum(old) + "', 1)");
      database.execute("PRAGMA application_id = " + DatabaseFile.APPLICATION_ID);
      database.execute("PRAGMA user_version = 1");
      fill(database);
    }
  }

  @Test
  void anUpgradeSaysWhatItDoesAndOnlyThen() {
    var said = new ArrayList<String>();
    var logger = Logger.getLogger(Migrations.class.getName());
    Filter listening =
        record -> {
          said.add(record.getMessage());
          return true;
        };
    logger.setFilter(listening);
    try {
      TestJournal.in(directory).close();
      assertEquals(2, said.size(), said::toString);
      assertTrue(said.getFirst().startsWith("The database is brought from schema version"));
      assertTrue(said.getLast().startsWith("The database is up to date after"));
      TestJournal.in(directory).close();
      assertEquals(2, said.size(), said::toString);
    } finally {
      logger.setFilter(null);
    }
  }

  @Test
  void finishedRunsAreStillThere() {
    try (var journal = TestJournal.in(directory)) {
      var done = journal.detail(completed);
      assertEquals(Status.COMPLETED, done.run().status());
      assertEquals("[2]", done.output().json());
      assertEquals("first", done.plan().getFirst().name());
      assertEquals("\"out\"", done.steps().getFirst().output().json());
      assertEquals(2, done.steps().getFirst().attemptCount());
      var lost = journal.detail(failed);
      assertEquals("no", lost.error().message());
      assertEquals("no", lost.steps().getFirst().error().message());
      assertEquals("step-0", lost.run().failingStep());
      assertEquals(Outcome.FAILED, lost.steps().getFirst().attempts().getFirst().outcome());
      assertNull(lost.run().ending());
      assertNull(lost.run().deadline());
      assertNull(lost.run().parent());
    }
  }

  @Test
  void unfinishedRunsGoOn() {
    try (var journal = TestJournal.in(directory)) {
      var parked = journal.run(waiting);
      assertEquals(WaitingFor.Kind.RETRY, parked.waitingFor().kind());
      assertEquals("step-0", parked.failingStep());
      var step = journal.step(waiting, 0);
      assertEquals(2, step.strikes());
      assertEquals(90, step.nextDueAt().toEpochMilli());
      assertEquals(Verdict.APPLIED, journal.advance(waiting, started(0, 4)));
      assertEquals(Verdict.APPLIED, journal.advance(waiting, completed(0, 4), runCompleted()));
      assertEquals(List.of(pending), journal.submit(new AdmitRuns(5, at(1))));
      assertEquals(Status.BLOCKED, journal.run(blocked).status());
      assertEquals(Status.BLOCKED, journal.step(blocked, 0).status());
      var id = newId();
      assertEquals(new StartResult.Started(id), journal.start(TestJournal.pending(id)));
      assertEquals(
          List.of(id, blocked, waiting, pending, failed, completed),
          journal.journal.reader().runs(RunFilter.ALL, 10, null).runs().stream()
              .map(run -> run.id())
              .toList());
    }
  }

  @Test
  void theSchemaIsTheOneOfANewDatabase(@TempDir Path fresh) throws Exception {
    TestJournal.in(directory).close();
    TestJournal.in(fresh).close();
    try (var migrated = new OpenDatabase(directory);
        var created = new OpenDatabase(fresh)) {
      var schema = "SELECT sql FROM sqlite_schema WHERE sql NOTNULL AND name <> 'migrations'";
      assertEquals(created.texts(schema, "sql"), migrated.texts(schema, "sql"));
      assertEquals("ok", migrated.texts("PRAGMA integrity_check", "integrity_check").getFirst());
      assertEquals(List.of(), migrated.texts("PRAGMA foreign_key_check", "table"));
      assertEquals(List.of("plans"), migrated.texts("PRAGMA foreign_key_list (runs)", "table"));
    }
  }

  @Test
  void aMigrationThatIsCutOffLeavesTheOldDatabase() throws Exception {
    try (var database = new OpenDatabase(directory)) {
      database.execute("CREATE TABLE inbox (x)");
    }
    assertThrows(JournalException.Failed.class, () -> TestJournal.in(directory));
    try (var database = new OpenDatabase(directory)) {
      assertEquals(1, database.number("PRAGMA user_version"));
      assertEquals(5, database.number("SELECT count(*) FROM runs"));
      assertEquals(
          0, database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'progress'"));
      database.execute("DROP TABLE inbox");
    }
    TestJournal.in(directory).close();
  }

  private void fill(OpenDatabase database) throws Exception {
    database.execute("INSERT INTO plans VALUES (3, '[{\"name\":\"first\",\"maxRetries\":2}]')");
    run(
        database,
        completed,
        "3",
        "'completed', NULL, NULL, NULL, NULL, NULL, NULL, 1, 2, 30, '[1]', '[2]', NULL");
    run(
        database,
        failed,
        "NULL",
        "'failed', 'r', 'R', NULL, NULL, NULL, 'step-0', 1, 2, 30, '[1]', NULL, " + ERROR);
    run(
        database,
        pending,
        "3",
        "'pending', NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, '[1]', NULL, NULL");
    run(
        database,
        waiting,
        "3",
        "'running', 'r', 'R', 'retry', 8, 90, 'step-0', 1, 2, NULL, '[1]', NULL, NULL");
    run(
        database,
        blocked,
        "3",
        "'blocked', 'r', 'R', NULL, NULL, NULL, NULL, 1, 2, NULL, '[1]', NULL, NULL");
    step(database, 1, "'completed', NULL, NULL, NULL, NULL, NULL", "NULL, 30", "'\"out\"'", "NULL");
    step(database, 2, "'failed', 'r', 'R', NULL, NULL, NULL", "NULL, 30", "NULL", ERROR);
    step(database, 4, "'running', 'r', 'R', 'retry', 8, 90", "90, NULL", "NULL", "NULL");
    step(database, 5, "'blocked', 'r', 'R', NULL, NULL, NULL", "NULL, NULL", "NULL", "NULL");
    database.execute(
        "INSERT INTO attempts VALUES ("
            + (2L << 20)
            + ", 3, 'failed', 20, 30, NULL, "
            + ERROR
            + ")");
  }

  private static void run(OpenDatabase database, RunId id, String plan, String values)
      throws Exception {
    database.execute(
        INSERT_RUN.formatted(HexFormat.of().formatHex(Columns.ofId(id)), plan, values));
  }

  private static void step(
      OpenDatabase database, long runKey, String status, String ends, String output, String error)
      throws Exception {
    database.execute(INSERT_STEP.formatted(runKey << 20, 0, status, ends, output, error));
  }

  private static String script() throws Exception {
    try (var in = Migrations.class.getResourceAsStream("migration/V001__journal.sql")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String checksum(String script) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
    return HexFormat.of().formatHex(digest);
  }
}
