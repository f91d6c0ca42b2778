package dev.perdure.sqlite;

import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The database file and how connections to it are made. After it has been created no Java code ever
 * opens it, its log or its shared memory: closing any handle of this process on them would drop
 * SQLite's locks.
 */
final class DatabaseFile {

  /** "Perd" in ASCII; tells our files from other people's. */
  static final int APPLICATION_ID = 0x50657264;

  /** Before this version a write that races a checkpoint can corrupt the file. */
  private static final int[] SQLITE_MIN = {3, 51, 3};

  private static final int PAGE_BYTES = 4096;

  /** What SQLite needs to open the database: its shared memory and the first frames of the log. */
  private static final long SPACE_MIN = 64 << 10;

  private static final String WRITER_SETTINGS =
      """
      PRAGMA page_size = 4096;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA foreign_keys = ON;
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -32768;
      """;

  private static final String READER_SETTINGS =
      """
      PRAGMA query_only = ON;
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -8192;
      """;

  private final Path path;
  private final Duration busyMax;
  private final Seams seams;

  DatabaseFile(Path directory, Duration busyMax, Seams seams) {
    this.path = directory.resolve("perdure.db");
    this.busyMax = busyMax;
    this.seams = seams;
  }

  Path path() {
    return path;
  }

  Path log() {
    return path.resolveSibling(path.getFileName() + "-wal");
  }

  /** What connections share. */
  Path memory() {
    return path.resolveSibling(path.getFileName() + "-shm");
  }

  int busyMillis() {
    return Math.toIntExact(busyMax.toMillis());
  }

  int pageBytes() {
    return PAGE_BYTES;
  }

  /** Creates an empty file with the right mode, which SQLite's own files then inherit. */
  void createIfAbsent() {
    try {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // The usual case.
    } catch (IOException e) {
      throw new JournalException.Failed(
          "The database " + path + " can not be created: " + inWords(e), e);
    }
  }

  /** What the file system said, without the names of classes. */
  static String inWords(IOException thrown) {
    return switch (thrown) {
      case AccessDeniedException _ -> "Permission denied";
      case NoSuchFileException _ -> "No such file or directory";
      // Of a directory that is to be made; a file that is there already is no error elsewhere.
      case FileAlreadyExistsException _ -> "Not a directory";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(thrown.getMessage());
    };
  }

  /**
   * Asked before SQLite is, which reports some of it as an I/O error.
   *
   * @throws JournalException.Full when there is none
   */
  void requireSpace(Reserve reserve) {
    if (!reserve.take() && reserve.usable() < SPACE_MIN) {
      throw full(new IOException("Less than " + SPACE_MIN + " bytes are usable."));
    }
  }

  JournalException.Full full(Exception cause) {
    return new JournalException.Full(
        "There is no space left to open the database " + path + " with.", cause);
  }

  /** Refuses a file that is not ours, before anything about it is changed. */
  void refuseForeign() {
    try (var session = openToAsk()) {
      requireVersion(session);
      long id = session.number("PRAGMA application_id");
      long version = session.number("PRAGMA user_version");
      boolean empty = session.number("SELECT count(*) FROM sqlite_schema") == 0;
      if (id != APPLICATION_ID && !(id == 0 && version == 0 && empty)) {
        throw new JournalException.Failed(path + " is a database of another program; left alone.");
      }
      Migrations.refuseNewer(path, version);
    } catch (SQLException e) {
      throw SqlErrors.of(e) == SqlErrors.FULL
          ? full(e)
          : new JournalException.Failed(
              path + " can not be read as a database: " + e.getMessage(), e);
    }
  }

  /**
   * Reads, unless a crash has left a transaction half done in the file itself, as it does while the
   * database is being created: nobody can read that before it is rolled back, which only who may
   * write can do.
   */
  private Session openToAsk() throws SQLException {
    var session = openPlain(true);
    try {
      session.number("PRAGMA application_id");
      return session;
    } catch (SQLException e) {
      session.discard();
      if (e instanceof SQLiteException sqlite
          && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_READONLY_ROLLBACK) {
        return openPlain(false);
      }
      throw e;
    }
  }

  /** The connection that writes, with all that durability depends on asserted. */
  Session openWriter() throws SQLException {
    var session = openPlain(false);
    try {
      session.execute(WRITER_SETTINGS);
      require(session, "journal_mode = WAL", "wal");
      requireLog(session);
      session.execute("PRAGMA synchronous = " + seams.synchronous());
      require(session, "synchronous", "2");
      require(session, "foreign_keys", "1");
      require(session, "wal_autocheckpoint", "0");
      seams.opened(session);
      return session;
    } catch (SQLException | RuntimeException e) {
      session.discard();
      throw e;
    }
  }

  /** An empty database that nobody else sees and that ends with its connection. */
  static Session openMemory() throws SQLException {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite::memory:");
    return new Session(source.getConnection());
  }

  /** A connection that can not write. */
  Session openReader() throws SQLException {
    var session = openPlain(true);
    try {
      session.execute(READER_SETTINGS);
      require(session, "query_only", "1");
      return session;
    } catch (SQLException | RuntimeException e) {
      session.discard();
      throw e;
    }
  }

  /**
   * Takes the driver out of the JVM's list if it belongs to a web application's class loader, which
   * could not be collected otherwise.
   */
  static void deregisterDriver() {
    var ours = DatabaseFile.class.getClassLoader();
    if (ours.equals(ClassLoader.getSystemClassLoader())) {
      return;
    }
    for (Driver driver : Collections.list(DriverManager.getDrivers())) {
      if (driver instanceof JDBC && ours.equals(driver.getClass().getClassLoader())) {
        try {
          DriverManager.deregisterDriver(driver);
        } catch (SQLException e) {
          System.getLogger(DatabaseFile.class.getName())
              .log(System.Logger.Level.WARNING, "The SQLite driver stays registered.", e);
        }
      }
    }
  }

  private Session openPlain(boolean readOnly) throws SQLException {
    var config = new SQLiteConfig();
    config.setReadOnly(readOnly);
    config.setBusyTimeout(busyMillis());
    var source = new SQLiteDataSource(config);
    // As an escaped URI, because in a plain path the driver reads settings behind a '?'.
    source.setUrl("jdbc:sqlite:" + path.toUri().toASCIIString());
    return new Session(source.getConnection());
  }

  /**
   * SQLite answers "wal" also when it could not write that into an empty database, and would go on
   * without a log.
   */
  private void requireLog(Session session) throws SQLException {
    var _ = session.number("SELECT count(*) FROM sqlite_schema");
    if (!Files.exists(log())) {
      throw new SQLiteException("The log could not be made.", SQLiteErrorCode.SQLITE_FULL);
    }
  }

  private static void require(Session session, String pragma, String value) throws SQLException {
    var found = session.first("PRAGMA " + pragma, row -> row.getString(1));
    if (!value.equals(found)) {
      throw new JournalException.Failed(
          "SQLite answered \""
              + found
              + "\" to PRAGMA "
              + pragma
              + " where durability needs \""
              + value
              + "\".");
    }
  }

  private static void requireVersion(Session session) throws SQLException {
    var version = session.first("SELECT sqlite_version()", row -> row.getString(1));
    var numbers = Arrays.stream(String.valueOf(version).split("\\.")).mapToInt(Integer::parseInt);
    if (Arrays.compare(numbers.toArray(), SQLITE_MIN) < 0) {
      throw new JournalException.Failed(
          "SQLite " + version + " can corrupt databases; 3.51.3 or later is needed.");
    }
  }
}
