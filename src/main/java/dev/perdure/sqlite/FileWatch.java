package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the database, its log or its shared memory has been deleted, renamed, replaced,
 * overwritten or truncated: SQLite does not, and would go on to acknowledge writes that nobody will
 * find. Looks at names, lengths and times only and opens nothing.
 *
 * <p>Between two writes of ours neither length nor time may change, unless another program has gone
 * through SQLite, which SQLite's own account of the log then shows. What happens to the log while a
 * transaction is being written is covered by what it writes, unless it becomes too short.
 */
final class FileWatch {

  private static final System.Logger LOG = System.getLogger(FileWatch.class.getName());
  private static final String DATA_VERSION = "PRAGMA data_version";

  private record Seen(@Nullable Object identity, long bytes, FileTime modified) {
    static Seen of(Path path) {
      try {
        var found = Files.readAttributes(path, BasicFileAttributes.class);
        return new Seen(found.fileKey(), found.size(), found.lastModifiedTime());
      } catch (IOException e) {
        throw new JournalException.Failed(
            path
                + " has been deleted, renamed or made unreachable while Perdure was running;"
                + " nothing is written any more.",
            e);
      }
    }

    boolean isSameFile(Seen other) {
      return Objects.equals(identity, other.identity);
    }
  }

  private record Account(LogState log, long dataVersion) {
    static Account of(Session session) throws SQLException {
      return new Account(LogState.of(session), session.number(DATA_VERSION));
    }
  }

  private final Path databasePath;
  private final Path logPath;
  private final Path memoryPath;
  private final int pageBytes;
  private Seen database;
  private Seen log;
  private final Seen memory;
  private Account account;

  /** Remembers what is there; all three exist as long as a connection is open. */
  FileWatch(DatabaseFile file, Session session) throws SQLException {
    this.databasePath = file.path();
    this.logPath = file.log();
    this.memoryPath = file.memory();
    this.pageBytes = file.pageBytes();
    this.database = Seen.of(databasePath);
    this.log = Seen.of(logPath);
    this.memory = Seen.of(memoryPath);
    this.account = Account.of(session);
  }

  /** Throws {@link JournalException.Failed} when the names no longer lead to the same files. */
  void assertSame() {
    same(databasePath, database, Seen.of(databasePath));
    same(logPath, log, Seen.of(logPath));
    same(memoryPath, memory, Seen.of(memoryPath));
  }

  /**
   * Before anything is written: throws {@link JournalException.Failed} when the files are not as
   * they were left.
   */
  void assertUntouched(Session session) throws SQLException {
    assertSame();
    if (isUntouched()) {
      return;
    }
    var now = Account.of(session);
    if (now.equals(account)) {
      // What another program writes is in the files before it is in SQLite's account of them; as
      // long it holds the lock, and SQLite answers that it is busy.
      session.execute("BEGIN IMMEDIATE");
      session.execute("ROLLBACK");
      now = Account.of(session);
    }
    if (now.equals(account)) {
      throw new JournalException.Failed(
          databasePath
              + " or its log has been written or truncated by another program while Perdure was"
              + " running. Stop what did it, then start Perdure again; nothing is written any"
              + " more.");
    }
    LOG.log(
        System.Logger.Level.WARNING,
        "Another program has written to {0} through SQLite. Only Perdure should.",
        databasePath);
    remember(session, now);
  }

  /**
   * After we have written: remembers how we leave the files. Throws {@link JournalException.Failed}
   * when they do not hold what was written.
   */
  void wrote(Session session) throws SQLException {
    remember(session, new Account(LogState.of(session), account.dataVersion()));
  }

  /**
   * The same after a commit, which writes to the log alone: a database that has changed meanwhile
   * without the log having been carried over is found out before the next transaction.
   */
  void committed(Session session) throws SQLException {
    var now = new Account(LogState.of(session), account.dataVersion());
    boolean isCarriedOver = now.log().carriedOver() != account.log().carriedOver();
    var before = database;
    remember(session, now);
    if (!isCarriedOver) {
      database = before;
    }
  }

  /** The same with another connection, which counts the versions of the data in its own way. */
  void reopened(Session session) throws SQLException {
    remember(session, Account.of(session));
  }

  /** What was in the log, as we left it. */
  LogState logState() {
    return account.log();
  }

  /** The length of the log's file, as we left it. */
  long logBytes() {
    return log.bytes();
  }

  /** The length of the database's file, as we left it. */
  long databaseBytes() {
    return database.bytes();
  }

  private boolean isUntouched() {
    return database.equals(Seen.of(databasePath)) && log.equals(Seen.of(logPath));
  }

  private void remember(Session session, Account now) throws SQLException {
    account = now;
    var found = Seen.of(databasePath);
    // It gets shorter when a VACUUM is carried over.
    long bytesMin =
        found.bytes() < database.bytes()
            ? Math.min(database.bytes(), session.number("PRAGMA page_count") * pageBytes)
            : database.bytes();
    database = longEnough(databasePath, database, found, bytesMin);
    log = longEnough(logPath, log, Seen.of(logPath), now.log().bytes(pageBytes));
    same(memoryPath, memory, Seen.of(memoryPath));
  }

  private static void same(Path path, Seen before, Seen now) {
    if (!now.isSameFile(before)) {
      throw new JournalException.Failed(
          path
              + " has been replaced while Perdure was running. Stop what did it, then start"
              + " Perdure again; nothing is written any more.");
    }
  }

  private static Seen longEnough(Path path, Seen before, Seen now, long bytesMin) {
    same(path, before, now);
    if (now.bytes() < bytesMin) {
      throw new JournalException.Failed(
          path
              + " has been truncated while Perdure was running: it has "
              + now.bytes()
              + " bytes and must have "
              + bytesMin
              + ". Nothing is written any more.");
    }
    return now;
  }
}
