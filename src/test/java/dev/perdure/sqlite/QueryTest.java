package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.OPTIONS;
import static dev.perdure.sqlite.TestJournal.at;
import static dev.perdure.sqlite.TransactJournal.sql;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.journal.Command.MigrateTables;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.SqlCode;
import dev.perdure.sqlite.TransactJournal.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

  private static final String ENDLESS =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  private static final String COUNT = "SELECT count(*) FROM orders";

  @TempDir Path directory;

  private static SqlCode<Long> number(String query) {
    return connection -> {
      try (var statement = connection.as(Connection.class).createStatement();
          var row = statement.executeQuery(query)) {
        return row.next() ? row.getLong(1) : -1L;
      }
    };
  }

  private static SqlCode<Boolean> doing(Sql sql) {
    return connection -> {
      sql.run(connection.as(Connection.class));
      return true;
    };
  }

  private TestJournal impatient() {
    var journal =
        TestJournal.opened(directory, OPTIONS.reading(Duration.ofMillis(300)), Seams.NONE);
    journal.takeOver();
    journal.submit(new MigrateTables("shop", List.of(TransactJournal.TABLES), at(2)));
    return journal;
  }

  @Test
  void whatAStepHasCommittedIsSeen() throws Exception {
    try (var journal = TransactJournal.in(directory)) {
      var reader = journal.journal.journal.reader();
      assertEquals(0L, reader.query(number(COUNT)));
      journal.run(journal.journal.begun(), sql("INSERT INTO orders VALUES (1, 'a')"));
      assertEquals(1L, reader.query(number(COUNT)));
    }
  }

  @Test
  void tablesThatAreMadeLaterAreSeenToo() throws Exception {
    try (var journal = TransactJournal.in(directory)) {
      var reader = journal.journal.journal.reader();
      reader.query(number(COUNT));
      journal.migrate(TransactJournal.TABLES, "CREATE TABLE later AS SELECT 5 AS x");
      assertEquals(5L, reader.query(number("SELECT x FROM later")));
    }
  }

  @Test
  void exceptionsOfTheCodeComeAsTheyAre() {
    try (var journal = TransactJournal.in(directory)) {
      var reader = journal.journal.journal.reader();
      var checked = new java.io.IOException("planted");
      var thrown =
          assertThrows(
              java.io.IOException.class,
              () ->
                  reader.query(_ -> {
                    throw checked;
                  }));
      assertSame(checked, thrown);
      assertThrows(SQLException.class, () -> reader.query(number("SELECT nonsense")));
      assertThrows(
          StackOverflowError.class,
          () ->
              reader.query(_ -> {
                throw new StackOverflowError("planted");
              }));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO orders VALUES (1, 'a')",
        "WITH x AS (SELECT 9) INSERT INTO orders SELECT 1, 'a'",
        "DELETE FROM orders",
        "CREATE TABLE t (x)",
        "CREATE TEMP TABLE t (x)",
        "PRAGMA query_only = OFF",
        "COMMIT",
        "ATTACH ':memory:' AS m",
        "VACUUM INTO '/tmp/h/never'",
        "SELECT * FROM runs",
        "SELECT * FROM all_runs",
        "SELECT * FROM sqlite_schema",
        "SELECT 1 UNION SELECT (SELECT count(*) FROM [steps])",
        "SELECT * FROM pragma_database_list",
      })
  void onlyTablesOfWorkflowsAreReadAndNothingIsWritten(String hostile) {
    try (var journal = TransactJournal.in(directory)) {
      var reader = journal.journal.journal.reader();
      assertThrows(SQLException.class, () -> reader.query(doing(sql(hostile))), hostile);
      assertEquals(0, journal.stored(COUNT));
    }
  }

  @Test
  void endlessCodeIsEndedAndHoldsUpNobody() throws Exception {
    var over = new CountDownLatch(1);
    try (var journal = impatient();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var reader = journal.journal.reader();
      var id = journal.begun();
      List<Sql> endless =
          List.of(
              sql(ENDLESS),
              _ -> {
                while (over.getCount() > 0) {
                  Thread.onSpinWait();
                }
              },
              _ -> new CountDownLatch(1).await());
      var answers =
          endless.stream().map(it -> callers.submit(() -> reader.query(doing(it)))).toList();
      assertTrue(reader.run(id).isPresent());
      for (var answer : answers) {
        assertInstanceOf(JournalException.Overloaded.class, failure(answer));
      }
      assertEquals(0L, reader.query(number(COUNT)));
    } finally {
      over.countDown();
    }
  }

  @Test
  void noMoreThanAFewRunAtOnce() throws Exception {
    try (var journal = TransactJournal.in(directory);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var reader = journal.journal.journal.reader();
      var inside = new CountDownLatch(4);
      var goOn = new CountDownLatch(1);
      var most = new java.util.concurrent.atomic.AtomicInteger();
      var now = new java.util.concurrent.atomic.AtomicInteger();
      Sql waiting =
          _ -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            inside.countDown();
            goOn.await();
            now.decrementAndGet();
          };
      var answers =
          IntStream.range(0, 12)
              .mapToObj(_ -> callers.submit(() -> reader.query(doing(waiting))))
              .toList();
      inside.await();
      goOn.countDown();
      for (var answer : answers) {
        assertTrue(answer.get());
      }
      assertEquals(4, most.get());
    }
  }

  @Test
  void aConnectionThatWasKeptIsOfNoUse() throws Exception {
    try (var journal = TransactJournal.in(directory)) {
      var kept = new AtomicReference<Connection>();
      journal.journal.journal.reader().query(doing(kept::set));
      assertThrows(SQLException.class, () -> kept.get().createStatement());
      assertThrows(SQLException.class, () -> kept.get().prepareStatement("SELECT 1"));
    }
  }

  @Test
  void aClosedJournalAnswersNothing() {
    var journal = TransactJournal.in(directory);
    var reader = journal.journal.journal.reader();
    journal.close();
    assertThrows(JournalException.Closed.class, () -> reader.query(number(COUNT)));
  }

  private static Throwable failure(Future<?> answer) throws InterruptedException {
    try {
      return new AssertionError("Answered " + answer.get());
    } catch (java.util.concurrent.ExecutionException e) {
      return e.getCause();
    }
  }
}
