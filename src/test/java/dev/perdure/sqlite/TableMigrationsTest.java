package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TransactJournal.sql;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command.MigrateResult;
import dev.perdure.journal.Command.MigrateResult.Migrated;
import dev.perdure.journal.Command.MigrateResult.Refused;
import dev.perdure.journal.Command.MigrateTables;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Transact.Result;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableMigrationsTest {

  private static final String FIRST = "CREATE TABLE shop (id INTEGER PRIMARY KEY, x TEXT) STRICT";
  private static final String SECOND =
      "ALTER TABLE shop ADD COLUMN y TEXT; CREATE INDEX i ON shop (y)";

  @TempDir Path directory;

  private static MigrateResult migrate(TestJournal journal, String... migrations) {
    return journal.submit(new MigrateTables("shop", List.of(migrations), at(2)));
  }

  private long stored(String query) throws SQLException {
    try (var other = new OpenDatabase(directory)) {
      return other.number(query);
    }
  }

  @Test
  void eachIsCarriedOutOnceAndInOrder() throws Exception {
    try (var journal = TestJournal.in(directory)) {
      assertEquals(new Migrated(2), migrate(journal, FIRST, SECOND));
      assertEquals(new Migrated(0), migrate(journal, FIRST, SECOND));
    }
    var third = "INSERT INTO shop (x, y) VALUES ('a;b', 'c')";
    try (var journal = TestJournal.in(directory)) {
      assertEquals(new Migrated(1), migrate(journal, FIRST, SECOND, third));
    }
    try (var journal = TestJournal.in(directory)) {
      assertEquals(new Migrated(0), migrate(journal, FIRST, SECOND, third));
    }
    assertEquals(1, stored("SELECT count(*) FROM shop WHERE x = 'a;b'"));
    assertEquals(3, stored("SELECT count(*) FROM table_migrations WHERE name = 'shop'"));
  }

  @Test
  void groupsOfTablesAreCountedApart() {
    try (var journal = TestJournal.in(directory)) {
      migrate(journal, FIRST);
      var other = new MigrateTables("depot", List.of("CREATE TABLE depot (x)"), at(3));
      assertEquals(new Migrated(1), journal.submit(other));
    }
  }

  @Test
  void oneThatWasChangedOrTakenAwayIsRefused() throws Exception {
    try (var journal = TestJournal.in(directory)) {
      migrate(journal, FIRST, SECOND);
      var changed = migrate(journal, FIRST, SECOND + " ", "CREATE TABLE more (x)");
      assertEquals(2, assertInstanceOf(Refused.class, changed).number());
      assertEquals(2, assertInstanceOf(Refused.class, migrate(journal, FIRST)).number());
      assertEquals(0, stored("SELECT count(*) FROM sqlite_schema WHERE name = 'more'"));
    }
  }

  @Test
  void oneThatFailsChangesNothingAtAllAndHarmsNobody() throws Exception {
    try (var journal = TestJournal.in(directory)) {
      var answer =
          journal.journal.submit(
              new MigrateTables(
                  "shop", List.of(FIRST, "CREATE TABLE k (x); CREATE TABLE shop (x)"), at(2)));
      var id = newId();
      journal.start(pending(id));
      var refused = assertInstanceOf(Refused.class, answer.join());
      assertEquals(2, refused.number());
      assertTrue(refused.why().contains("already exists"), refused.why());
      assertEquals(
          0, stored("SELECT count(*) FROM sqlite_schema WHERE name = 'shop' OR name = 'k'"));
      assertEquals(0, stored("SELECT count(*) FROM table_migrations"));
      assertEquals(new Migrated(2), migrate(journal, FIRST, SECOND));
      assertTrue(journal.journal.reader().run(id).isPresent());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COMMIT",
        "ROLLBACK",
        "PRAGMA user_version = 99",
        "ATTACH ':memory:' AS m",
        "VACUUM",
        "ANALYZE",
        "REINDEX",
        "DROP TABLE runs",
        "DROP TABLE \"runs\"",
        "DROP TABLE [Runs]",
        "DROP INDEX runs_not_completed",
        "ALTER TABLE attempts RENAME TO old",
        "ALTER TABLE 'attempts' ADD COLUMN x",
        "ALTER TABLE attempts RENAME COLUMN error TO x",
        "CREATE INDEX i ON runs (created_ms)",
        "CREATE INDEX i ON `runs` (created_ms)",
        "CREATE TRIGGER t AFTER INSERT ON runs BEGIN SELECT 1; END",
        "CREATE TRIGGER t AFTER UPDATE ON main.\"steps\" BEGIN SELECT 1; END",
        "CREATE TABLE mine AS SELECT * FROM runs",
        "CREATE TABLE mine (x REFERENCES runs (run_key) ON DELETE CASCADE)",
        "CREATE TABLE mine (x, FOREIGN KEY (x) REFERENCES 'RUNS' (run_key))",
        "CREATE TABLE perdure_mine (x)",
        "CREATE TABLE \"Perdure_mine\" (x)",
        "CREATE TABLE sqlite_mine (x)",
        "CREATE TABLE mine (x); ALTER TABLE mine RENAME TO perdure_mine",
        "CREATE TABLE runs (x)",
        "CREATE TABLE IF NOT EXISTS runs (x); DELETE FROM runs",
        "CREATE TEMP TABLE mine (x)",
        "CREATE TEMPORARY VIEW mine AS SELECT 1",
        "CREATE VIRTUAL TABLE mine USING fts5 (x)",
        "DELETE FROM runs",
        "UPDATE engine SET owner_epoch = 7",
        "INSERT INTO table_migrations VALUES ('shop', 7, 'x', 1)",
        "DELETE FROM sqlite_schema",
        "CREATE TABLE mine (x); INSERT INTO mine SELECT name FROM sqlite_schema",
        "CREATE VIEW mine AS SELECT * FROM pragma_table_info('runs')",
        "CREATE TABLE mine (x NOT NULL); INSERT OR ROLLBACK INTO mine VALUES (NULL)",
        "CREATE TABLE mine (x NOT NULL ON CONFLICT ROLLBACK); INSERT INTO mine VALUES (NULL)",
        "CREATE TABLE mine (x); INSERT INTO mine VALUES (?)",
        "CREATE TABLE mine (x",
        "CREATE TABLE mine (x TEXT DEFAULT 'open)",
      })
  void whatReachesIntoPerdureIsRefused(String migration) throws Exception {
    try (var journal = TestJournal.in(directory)) {
      var before = stored("SELECT count(*) FROM sqlite_schema");
      var id = journal.begun();
      var refused = assertInstanceOf(Refused.class, migrate(journal, FIRST, migration));
      assertEquals(2, refused.number());
      assertEquals(before, stored("SELECT count(*) FROM sqlite_schema"));
      assertEquals(1, stored("SELECT count(*) FROM runs"));
      assertEquals(0, stored("SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%mine%'"));
      assertEquals(Verdict.APPLIED, journal.advance(id, completed(0, 1)));
    }
  }

  @Test
  void aMigrationMayDoWhatTablesOfItsOwnNeed() throws Exception {
    var wide =
        """
        -- A comment; with a semicolon
        CREATE TABLE "order lines" (steps INTEGER PRIMARY KEY AUTOINCREMENT, runs TEXT) STRICT;
        CREATE TABLE audit (x TEXT, PRIMARY KEY (x)) WITHOUT ROWID;
        CREATE TRIGGER t AFTER INSERT ON "order lines" WHEN new.runs <> '' BEGIN
          INSERT INTO audit VALUES (CASE WHEN new.runs = 'a' THEN 'yes; END' ELSE 'no' END);
          UPDATE audit SET x = x || ';';
        END;
        CREATE UNIQUE INDEX IF NOT EXISTS u ON "order lines" (runs) WHERE runs IS NOT NULL;
        CREATE VIEW v AS SELECT steps FROM "order lines" JOIN json_each('[1]') ON 1;
        INSERT INTO "order lines" (runs) VALUES ('a');
        WITH n AS (SELECT 'b' AS x) INSERT INTO "order lines" (runs) SELECT x FROM n;
        CREATE TABLE copy AS SELECT * FROM v;
        DROP INDEX u;
        ALTER TABLE "order lines" RENAME COLUMN runs TO words;
        ALTER TABLE "order lines" RENAME TO line;
        DROP VIEW v;;
        """;
    try (var journal = TestJournal.in(directory)) {
      assertEquals(new Migrated(1), migrate(journal, wide));
      assertEquals(2, stored("SELECT count(*) FROM line"));
      assertEquals(2, stored("SELECT count(*) FROM copy"));
      assertEquals(2, stored("SELECT count(*) FROM audit"));
      assertEquals(1, stored("SELECT count(*) FROM audit WHERE x = 'yes; END;;'"));
      var id = journal.begun();
      var step =
          TransactJournal.transact(
              id,
              TransactJournal.LONG,
              TransactJournal.code(
                  sql("UPDATE line SET words = 'c' WHERE steps = 1", "SELECT steps FROM line")));
      assertInstanceOf(Result.Committed.class, journal.journal.transact(step).join());
    }
  }

  @Test
  void aDeferredConstraintThatDoesNotHoldIsNotTheEndOfTheJournal() throws Exception {
    try (var journal = TestJournal.in(directory)) {
      var refused =
          migrate(
              journal,
              FIRST,
              "CREATE TABLE line (s REFERENCES shop (id) DEFERRABLE INITIALLY DEFERRED);"
                  + " INSERT INTO line VALUES (7)");
      assertInstanceOf(Refused.class, refused);
      assertEquals(new Migrated(1), migrate(journal, FIRST));
    }
  }

  @Test
  void aProcessThatDiesBeforeTheCommitLeavesNothing() throws Exception {
    var seams =
        new Seams() {
          volatile boolean dying;

          @Override
          void committing(Session writer, int commands) {
            if (dying) {
              throw new OutOfMemoryError("planted");
            }
          }
        };
    try (var journal = TestJournal.in(directory, seams)) {
      seams.dying = true;
      assertInstanceOf(
          JournalException.Failed.class,
          journal.failureOf(new MigrateTables("shop", List.of(FIRST), at(2))));
    }
    assertEquals(0, stored("SELECT count(*) FROM sqlite_schema WHERE name = 'shop'"));
    try (var journal = TestJournal.in(directory)) {
      assertEquals(new Migrated(1), migrate(journal, FIRST));
    }
  }

  @Test
  void perduresOwnNamesAreThoseThatItsMigrationsMake() throws Exception {
    TestJournal.in(directory).close();
    var own = OwnTables.learn();
    try (var session = DatabaseFile.openMemory()) {
      Migrations.apply(session, TestJournal.EPOCH);
      var pages = own.pages(session.connection());
      assertEquals(
          session.number("SELECT count(*) FROM sqlite_schema WHERE rootpage > 0"),
          pages.own().size());
    }
  }
}
