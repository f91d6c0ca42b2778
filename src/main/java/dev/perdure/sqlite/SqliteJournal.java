package dev.perdure.sqlite;

import dev.perdure.journal.Command;
import dev.perdure.journal.Commits;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.JournalReader;
import dev.perdure.journal.Statistics;
import dev.perdure.journal.Transact;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The journal in one SQLite file, {@code perdure.db}. */
public final class SqliteJournal implements Journal {

  private final DirectoryClaim claim;
  private final WriterConnection connection;
  private final Acks acks;
  private final FailStop failStop;
  private final RunWatchers watchers;
  private final ReadPool readers;
  private final Queries queries;
  private final Writer writer;
  private final SqliteReader reader;
  private final SqliteStatistics statistics;

  // Guarded by this.
  private boolean closed;

  private SqliteJournal(
      DirectoryClaim claim,
      DatabaseFile file,
      Reserve reserve,
      Session first,
      SqliteOptions options,
      Seams seams)
      throws SQLException {
    var own = OwnTables.learn();
    var room = new Room(file, reserve, options);
    this.connection = new WriterConnection(file, first, room, own, seams);
    this.claim = claim;
    this.acks = new Acks();
    this.failStop = new FailStop(acks);
    this.watchers = new RunWatchers(acks);
    this.writer = new Writer(connection, options, acks, watchers, failStop, seams);
    this.readers = new ReadPool(file, options, failStop);
    this.queries = new Queries(file, options, failStop, own);
    this.reader = new SqliteReader(readers, queries, options.readMax());
    this.statistics = new SqliteStatistics(readers, writer, file, options);
    failStop.onFailure(failed -> watchers.close());
  }

  /**
   * Opens the journal in a directory, which is created when it is absent. Nothing can be written
   * before {@link Command.TakeOver}.
   *
   * @throws JournalException.Owned when another engine has it open; the database is not touched
   * @throws JournalException.Full when there is no space left to open it with
   * @throws JournalException.Failed when it can not be used: no access, a database of another
   *     program or of a newer Perdure, a SQLite that is too old
   */
  public static SqliteJournal open(Path directory, SqliteOptions options) {
    return open(directory, options, Seams.NONE);
  }

  static SqliteJournal open(Path directory, SqliteOptions options, Seams seams) {
    var claim = DirectoryClaim.of(directory, options.holder(), options.clock().instant());
    try {
      return open(claim, options, seams);
    } catch (RuntimeException | Error e) {
      claim.close();
      throw e;
    }
  }

  private static SqliteJournal open(DirectoryClaim claim, SqliteOptions options, Seams seams) {
    var file = new DatabaseFile(claim.directory(), options.busyMax(), seams);
    var reserve = new Reserve(claim.directory());
    file.requireSpace(reserve);
    file.createIfAbsent();
    file.refuseForeign();
    Session session = null;
    try {
      session = file.openWriter();
      Migrations.upgrade(session, options.clock().instant(), options.nanos());
      var journal = new SqliteJournal(claim, file, reserve, session, options, seams);
      journal.writer.start();
      return journal;
    } catch (SQLException e) {
      discard(session);
      throw SqlErrors.of(e) == SqlErrors.FULL
          ? file.full(e)
          : new JournalException.Failed(
              "The database " + file.path() + " can not be opened: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      discard(session);
      throw e;
    }
  }

  @Override
  public <R> CompletableFuture<R> submit(Command<R> command) {
    if (command instanceof Command.MigrateTables migrate) {
      return migrated(writer.submitSolo(new MigrateWork(migrate), Weight.of(command)));
    }
    return writer.submit(commands -> answer(commands, command), Weight.of(command));
  }

  @Override
  public CompletableFuture<Transact.Result> transact(Transact transact) {
    return writer.submitSolo(new TransactWork(transact), Weight.LUMP);
  }

  @Override
  public JournalReader reader() {
    return reader;
  }

  @Override
  public Statistics statistics() {
    return statistics;
  }

  @Override
  public Commits commits() {
    return watchers;
  }

  @Override
  public void onFailure(Consumer<JournalException.Failed> listener) {
    failStop.onFailure(listener);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when called by what hangs on a future of this journal, and the
   *     writer tells it; nothing is closed then
   */
  @Override
  public void close() {
    // Before the lock, too: whoever has that waits for the writer.
    writer.requireAnotherThread();
    closeOnce();
  }

  private synchronized void closeOnce() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      writer.close();
      readers.close();
      queries.close();
      closeConnection();
      watchers.close();
      acks.close();
      DatabaseFile.deregisterDriver();
    } finally {
      claim.close();
    }
  }

  private void closeConnection() {
    if (failStop.failure() == null) {
      connection.close();
    } else {
      connection.abandon();
    }
  }

  /** For tests of the pool itself. */
  ReadPool readers() {
    return readers;
  }

  /** A command's type says what it answers; the switch over all commands can not express that. */
  @SuppressWarnings("unchecked")
  private static <R> R answer(Commands commands, Command<R> command) throws SQLException {
    return (R) commands.carryOut(command);
  }

  @SuppressWarnings("unchecked")
  private static <R> CompletableFuture<R> migrated(CompletableFuture<?> answer) {
    return (CompletableFuture<R>) answer;
  }

  private record TransactWork(Transact transact) implements Solo<Transact.Result> {
    @Override
    public Solo.End<Transact.Result> carryOut(Commands commands) throws SQLException {
      return commands.transact(transact);
    }

    @Override
    public Transact.Result uncommittable(SQLException e) {
      return new Transact.Result.RolledBack(e);
    }
  }

  private record MigrateWork(Command.MigrateTables migrate) implements Solo<Command.MigrateResult> {
    @Override
    public Solo.End<Command.MigrateResult> carryOut(Commands commands) throws SQLException {
      return commands.migrate(migrate);
    }

    @Override
    public Command.MigrateResult uncommittable(SQLException e) {
      return TableMigrations.uncommittable(migrate.migrations(), e);
    }
  }

  private static void discard(@Nullable Session session) {
    if (session != null) {
      session.discard();
    }
  }
}
