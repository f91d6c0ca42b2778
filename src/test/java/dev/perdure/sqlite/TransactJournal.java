package dev.perdure.sqlite;

import static dev.perdure.sqlite.TestJournal.at;

import dev.perdure.journal.Command;
import dev.perdure.journal.Command.MigrateTables;
import dev.perdure.journal.RunId;
import dev.perdure.journal.SqlCode;
import dev.perdure.journal.Transact;
import dev.perdure.journal.Transact.Done;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A journal with two tables of a workflow, and short words for transactional steps. */
final class TransactJournal implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(20);

  /** A table of its own with a column named like one of Perdure's tables, and ways to Perdure's. */
  static final String TABLES =
      """
      CREATE TABLE orders (id INTEGER PRIMARY KEY, steps TEXT UNIQUE NOT NULL) STRICT;
      CREATE VIEW all_runs AS SELECT * FROM runs;
      CREATE TABLE watched (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
      CREATE TRIGGER watch AFTER INSERT ON watched WHEN new.x = 'hostile' BEGIN
        DELETE FROM runs;
      END;
      CREATE TABLE abrupt (x);
      CREATE TRIGGER ends AFTER INSERT ON abrupt BEGIN SELECT RAISE(ROLLBACK, 'no'); END;
      """;

  /** What a step does with its connection. */
  interface Sql {
    void run(Connection connection) throws Exception;
  }

  final TestJournal journal;
  private final Path directory;

  private TransactJournal(TestJournal journal, Path directory) {
    this.journal = journal;
    this.directory = directory;
  }

  static TransactJournal in(Path directory) {
    return in(directory, Seams.NONE);
  }

  static TransactJournal in(Path directory, Seams seams) {
    var opened = new TransactJournal(TestJournal.in(directory, seams), directory);
    opened.migrate(TABLES);
    return opened;
  }

  Command.MigrateResult migrate(String... migrations) {
    return journal.submit(new MigrateTables("shop", List.of(migrations), at(2)));
  }

  static SqlCode<Done> code(Sql sql, Command<?>... behind) {
    return connection -> {
      sql.run(connection.as(Connection.class));
      return new Done("\"booked\"", List.of(behind), at(11));
    };
  }

  static Sql sql(String... statements) {
    return connection -> {
      try (var statement = connection.createStatement()) {
        for (var sql : statements) {
          statement.execute(sql);
        }
      }
    };
  }

  static Transact transact(RunId id, Duration atMost, SqlCode<Done> code) {
    return new Transact(id, 0, 0, 1, atMost, code);
  }

  CompletableFuture<Transact.Result> submit(RunId id, Sql sql, Command<?>... behind) {
    return submit(transact(id, LONG, code(sql, behind)));
  }

  CompletableFuture<Transact.Result> submit(Transact transact) {
    return journal.journal.transact(transact);
  }

  Transact.Result run(RunId id, Sql sql, Command<?>... behind) {
    return submit(id, sql, behind).join();
  }

  /** Read by a connection that knows nothing of the journal's. */
  long stored(String query) {
    try (var other = new OpenDatabase(directory)) {
      return other.number(query);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    journal.close();
  }
}
