package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TestJournal.completed;
import static dev.perdure.sqlite.TestJournal.keyed;
import static dev.perdure.sqlite.TestJournal.newId;
import static dev.perdure.sqlite.TestJournal.pending;
import static dev.perdure.sqlite.TransactJournal.LONG;
import static dev.perdure.sqlite.TransactJournal.code;
import static dev.perdure.sqlite.TransactJournal.sql;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command;
import dev.perdure.journal.Command.Verdict;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.Status;
import dev.perdure.journal.Transact;
import dev.perdure.journal.Transact.Result;
import dev.perdure.sqlite.TransactJournal.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactTest {

  private static final String INSERT = "INSERT INTO orders VALUES (1, 'a')";
  private static final String ORDERS = "SELECT count(*) FROM orders";

  @TempDir Path directory;

  @Test
  void theCodesRowAndTheCompletionAreCommittedTogether() {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      var watched = journal.journal.journal.commits().nextChangeOf(id, LONG);
      var result = journal.run(id, sql(INSERT));
      assertEquals("\"booked\"", assertInstanceOf(Result.Committed.class, result).done().output());
      assertEquals(1, journal.stored(ORDERS));
      assertEquals(1, journal.stored("SELECT count(*) FROM steps WHERE status = 'completed'"));
      assertTrue(watched.join());
    }
  }

  @Test
  void aProcessThatDiesBeforeTheCommitLeavesNeither() {
    var dying = new AtomicBoolean();
    var seams =
        new Seams() {
          @Override
          void committing(Session writer, int commands) {
            if (dying.get()) {
              throw new OutOfMemoryError("planted");
            }
          }
        };
    var id = newId();
    try (var journal = TransactJournal.in(directory, seams)) {
      journal.journal.start(TestJournal.running(id, TestJournal.started(0, 1)));
      dying.set(true);
      var failure = TestJournal.failureOf(journal.submit(id, sql(INSERT)));
      assertInstanceOf(JournalException.Failed.class, failure);
    }
    try (var next = TransactJournal.in(directory)) {
      assertEquals(0, next.stored(ORDERS));
      assertEquals(Status.RUNNING, next.journal.step(id, 0).status());
    }
  }

  @Test
  void onlyTheAttemptInFlightOfARunningRunGetsToRun() {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      var ran = new AtomicBoolean();
      Sql notes = _ -> ran.set(true);
      for (var wrong :
          List.of(
              new Transact(newId(), 0, 0, 1, LONG, code(notes)),
              new Transact(id, 1, 0, 1, LONG, code(notes)),
              new Transact(id, 0, 1, 1, LONG, code(notes)),
              new Transact(id, 0, 0, 2, LONG, code(notes)))) {
        assertInstanceOf(Result.Refused.class, journal.submit(wrong).join());
      }
      journal.journal.advance(id, completed(0, 1));
      assertInstanceOf(Result.Refused.class, journal.run(id, notes));
      assertFalse(ran.get());
    }
  }

  @Test
  void runsStartWithTheCommitOrNotAtAll() {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      var known = newId();
      journal.journal.start(keyed(known, "key", "digest"));
      var child = newId();
      var result = journal.run(id, sql(INSERT), pending(child), keyed(newId(), "key", "digest"));
      var why = assertInstanceOf(Result.RolledBack.class, result).error().getMessage();
      assertTrue(why.contains(known.toString()), why);
      assertEquals(0, journal.stored(ORDERS));
      assertTrue(journal.journal.journal.reader().run(child).isEmpty());
      assertTrue(journal.journal.step(id, 0).isInFlight());

      assertInstanceOf(Result.Committed.class, journal.run(id, sql(INSERT), pending(child)));
      assertEquals(Status.PENDING, journal.journal.run(child).status());
    }
  }

  @Test
  void otherCommandsAreNotSupportedBehindTheCode() {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      var failure = TestJournal.failureOf(journal.submit(id, sql(INSERT), new Command.Probe()));
      assertInstanceOf(JournalException.Broken.class, failure);
      assertEquals(0, journal.stored(ORDERS));
    }
  }

  @Test
  void whatIsLeftOpenIsClosedBeforeTheCommit() {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      Sql leaking =
          connection -> {
            sql(INSERT).run(connection);
            connection.createStatement().executeQuery("SELECT * FROM orders").next();
            connection.prepareStatement("SELECT 1").executeQuery().next();
          };
      assertInstanceOf(Result.Committed.class, journal.run(id, leaking));
      assertEquals(1, journal.stored(ORDERS));
      assertEquals(0, journal.stored("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
  }

  @Test
  void aConstraintThatIsCheckedAtTheCommitRollsBackAndHarmsNobody() {
    try (var journal = TransactJournal.in(directory)) {
      journal.migrate(
          TransactJournal.TABLES,
          "CREATE TABLE lines (id INTEGER REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED)");
      var id = journal.journal.begun();
      var result = journal.run(id, sql("INSERT INTO lines VALUES (7)"));
      assertInstanceOf(Result.RolledBack.class, result);
      assertTrue(journal.journal.step(id, 0).isInFlight());
      assertEquals(Verdict.APPLIED, journal.journal.advance(id, completed(0, 1)));
    }
  }

  @Test
  void theCodeSeesAnOrdinaryConnection() {
    try (var journal = TransactJournal.in(directory)) {
      var id = journal.journal.begun();
      Sql ordinary =
          connection -> {
            assertFalse(connection.getAutoCommit());
            connection.setAutoCommit(false);
            assertEquals("SQLite", connection.getMetaData().getDatabaseProductName());
            try (var insert =
                connection.prepareStatement("INSERT INTO orders (steps) VALUES (?) RETURNING id")) {
              assertEquals(connection, insert.getConnection());
              insert.setString(1, "x");
              try (var row = insert.executeQuery()) {
                assertTrue(row.next());
                assertEquals(1, row.getLong("id"));
                assertEquals("id", row.getMetaData().getColumnName(1));
                assertEquals(insert, row.getStatement());
              }
            }
            try (var batch = connection.prepareStatement("INSERT INTO orders (steps) VALUES (?)")) {
              for (int i = 0; i < 10; i++) {
                batch.setObject(1, "batch-" + i);
                batch.addBatch();
              }
              assertEquals(10, batch.executeBatch().length);
            }
            try (var plain = connection.createStatement()) {
              assertEquals(1, plain.executeUpdate("INSERT INTO orders (steps) VALUES ('y');"));
              try (var keys = plain.getGeneratedKeys()) {
                assertTrue(keys.next());
                assertEquals(12, keys.getLong(1));
              }
              assertEquals(12, plain.executeUpdate("UPDATE orders SET steps = steps || '!'"));
              assertTrue(plain.execute("SELECT value FROM json_each('[1,2]')"));
              assertTrue(plain.getResultSet().next());
            }
          };
      var result = journal.run(id, ordinary);
      assertInstanceOf(Result.Committed.class, result, result::toString);
      assertEquals(12, journal.stored(ORDERS));
    }
  }

  @Test
  void theCodeRunsAloneOnAPlatformThreadInTheOrderOfSubmission() {
    var gate = new Gate();
    try (var journal = TransactJournal.in(directory, gate)) {
      var id = journal.journal.begun();
      var held = gate.hold(() -> journal.journal.journal.submit(pending(newId())));
      var thread = new AtomicReference<Thread>();
      var before = journal.journal.journal.submit(pending(newId()));
      long commits = journal.journal.journal.commits().count();
      var result = journal.submit(id, _ -> thread.set(Thread.currentThread()));
      var behind = journal.journal.journal.submit(pending(newId()));
      gate.release();
      CompletableFuture.allOf(held, before, result, behind).join();
      assertInstanceOf(Result.Committed.class, result.join());
      assertEquals(4, journal.journal.journal.commits().count() - commits);
      assertTrue(thread.get().getName().startsWith("perdure-transaction-"));
      assertFalse(thread.get().isVirtual());
    }
  }

  @Test
  void aFullDiskIsNoFaultOfTheCode() {
    var disk =
        new Seams() {
          volatile boolean full;

          @Override
          void committing(Session writer, int commands) throws SQLException {
            writer.execute("PRAGMA max_page_count = " + (full ? 1 : 1_000_000));
          }

          @Override
          void opened(Session writer) throws SQLException {
            writer.execute("PRAGMA max_page_count = " + (full ? 1 : 1_000_000));
          }
        };
    try (var journal = TransactJournal.in(directory, disk)) {
      var id = journal.journal.begun();
      disk.full = true;
      journal.journal.journal.statistics().probeWrite();
      Sql big =
          connection -> {
            try {
              sql("INSERT INTO orders VALUES (1, hex(zeroblob(400000)))").run(connection);
            } catch (SQLException e) {
              // Swallowed on purpose.
            }
          };
      assertInstanceOf(JournalException.Full.class, TestJournal.failureOf(journal.submit(id, big)));
      disk.full = false;
      journal.journal.journal.statistics().probeWrite();
      assertInstanceOf(Result.Committed.class, journal.run(id, big));
      assertEquals(1, journal.stored(ORDERS));
    }
  }

  @Test
  void closingTheJournalLetsTheCodeComeToItsEnd() throws Exception {
    var id = newId();
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    CompletableFuture<Result> answer;
    try (var journal = TransactJournal.in(directory)) {
      journal.journal.start(TestJournal.running(id, TestJournal.started(0, 1)));
      answer =
          journal.submit(
              id,
              connection -> {
                begun.countDown();
                goOn.await();
                sql(INSERT).run(connection);
              });
      begun.await();
      Thread.ofPlatform().start(goOn::countDown);
    }
    assertInstanceOf(Result.Committed.class, answer.join());
  }

  @Test
  void nothingRunsBeforeTheJournalIsTakenOver() {
    try (var journal = TestJournal.opened(directory, TestJournal.OPTIONS, Seams.NONE)) {
      var failure =
          TestJournal.failureOf(
              journal.journal.transact(
                  new Transact(newId(), 0, 0, 1, Duration.ofSeconds(1), code(sql("SELECT 1")))));
      assertInstanceOf(JournalException.Broken.class, failure);
      assertInstanceOf(
          JournalException.Broken.class,
          journal.failureOf(new Command.MigrateTables("shop", List.of(), at(1))));
    }
  }
}
