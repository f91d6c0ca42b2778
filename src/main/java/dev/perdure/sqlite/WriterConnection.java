package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import dev.perdure.sqlite.Writer.Outcome;
import java.sql.SQLException;

/**
 * The connection that writes, with what has to happen around a transaction. After an error of
 * SQLite it is thrown away and opened anew, because its state can not be known. Belongs to the
 * writer's thread.
 */
final class WriterConnection {

  private static final System.Logger LOG = System.getLogger(WriterConnection.class.getName());

  private enum Phase {
    BEGINNING,
    WORKING,
    COMMITTING,
    OUTSIDE
  }

  private final DatabaseFile file;
  private final FileWatch watch;
  private final Room room;
  private final Seams seams;
  private final OwnTables own;
  private Session session;
  private Commands commands;
  private Ownership ownership = Ownership.NONE;
  private Phase phase = Phase.OUTSIDE;

  WriterConnection(DatabaseFile file, Session session, Room room, OwnTables own, Seams seams)
      throws SQLException {
    this.file = file;
    this.session = session;
    this.room = room;
    this.seams = seams;
    this.own = own;
    this.commands = new Commands(session, ownership, own, seams);
    this.watch = new FileWatch(file, session);
  }

  /**
   * Begins a transaction.
   *
   * @throws JournalException.Full when there is no room for one
   */
  void begin() throws SQLException {
    phase = Phase.BEGINNING;
    watch.assertUntouched(session);
    room.require(session, watch);
    session.execute("BEGIN IMMEDIATE");
    phase = Phase.WORKING;
    commands.begin(ownership);
  }

  /** Returns whether what it did is to be kept. */
  boolean carryOut(Work<?> work) throws SQLException {
    return work.carryOut(commands);
  }

  /** Whether this came from a constraint that is checked at the commit: the code's own doing. */
  boolean isUncommittable(SQLException e) {
    return phase == Phase.COMMITTING && SqlErrors.isConstraint(e);
  }

  /** Returns when it is durable, in files that can still be found and hold it. */
  Touched commit(int work) throws SQLException {
    seams.committing(session, work);
    phase = Phase.COMMITTING;
    session.execute("COMMIT");
    phase = Phase.OUTSIDE;
    ownership = commands.ownership();
    watch.committed(session);
    return commands.touched();
  }

  /** For errors that are not SQLite's, after which the connection is sound. */
  void rollBack() {
    try {
      commands.forget();
      session.execute("ROLLBACK");
      phase = Phase.OUTSIDE;
      watch.wrote(session);
    } catch (SQLException e) {
      reopen(e);
    }
  }

  /** Decides what an error of SQLite means, and gets a sound connection again. */
  Outcome recoverFrom(SQLException e) {
    var in = phase;
    phase = Phase.OUTSIDE;
    return switch (SqlErrors.of(e)) {
      case FATAL -> throw failed(e);
      case FULL -> {
        ranOut(e);
        if (in == Phase.COMMITTING && SqlErrors.isMemoryThatCanNotGrow(e)) {
          writeOver();
        }
        yield new Outcome.Refused(
            new JournalException.Full("There is no space left for the journal.", e));
      }
      case BUSY -> {
        reopen(e);
        yield new Outcome.Refused(
            new JournalException.Overloaded("Another program holds the database's lock."));
      }
      case INTERRUPTED, OTHER -> {
        if (in != Phase.WORKING) {
          throw failed(e);
        }
        reopen(e);
        yield new Outcome.Guilty(e);
      }
    };
  }

  /** What was refused at its commit is made not to be stored. */
  private void writeOver() {
    try {
      LogTail.writeOver(session);
      watch.wrote(session);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  void afterCommit() {
    try {
      room.afterCommit(session, watch);
    } catch (SQLException e) {
      recoverCheckpoint(e);
    }
  }

  void idle() {
    try {
      watch.assertUntouched(session);
      room.whenIdle(session, watch);
    } catch (SQLException e) {
      recoverCheckpoint(e);
    }
  }

  /** After the writer's thread has ended and readers are gone. */
  void close() {
    try {
      watch.assertSame();
      room.last(session);
    } catch (SQLException | JournalException.Failed e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The log was not carried over at the end; the next start does it: " + e.getMessage());
    } finally {
      session.discard();
    }
  }

  /** Touches nothing any more. */
  void abandon() {
    session.discard();
  }

  /** A full disk stops checkpoints as it stops writes; anything else is the end. */
  private void recoverCheckpoint(SQLException e) {
    switch (SqlErrors.of(e)) {
      case FULL -> {
        LOG.log(System.Logger.Level.WARNING, "A checkpoint has to wait: " + e.getMessage());
        ranOut(e);
      }
      case BUSY -> {
        LOG.log(System.Logger.Level.WARNING, "A checkpoint has to wait: " + e.getMessage());
        reopen(e);
      }
      case FATAL, INTERRUPTED, OTHER -> throw failed(e);
    }
  }

  /** The disk is full: the log is carried over with what was kept for that. */
  private void ranOut(SQLException why) {
    reopen(why);
    try {
      room.ranOut(session, watch);
    } catch (SQLException e) {
      if (SqlErrors.of(e) != SqlErrors.FULL) {
        throw failed(e);
      }
      reopen(e);
    }
  }

  /**
   * Opens the new connection before it closes the old one, so that there is always one and SQLite
   * never removes the log.
   */
  private void reopen(SQLException why) {
    var old = session;
    try {
      watch.assertSame();
      session = file.openWriter();
      old.discard();
      commands = new Commands(session, ownership, own, seams);
      phase = Phase.OUTSIDE;
      watch.reopened(session);
    } catch (SQLException e) {
      e.addSuppressed(why);
      old.discard();
      throw failed(e);
    }
  }

  private JournalException.Failed failed(SQLException e) {
    return new JournalException.Failed("The database can not be trusted: " + e.getMessage(), e);
  }
}
