package dev.perdure.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.journal.JournalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Brings the schema up to date: scripts that are only ever added to, each in a transaction of its
 * own, remembered with a checksum so that a changed one is noticed.
 */
final class Migrations {

  private static final Logger LOG = System.getLogger(Migrations.class.getName());

  /** In order; the number of a script is its place, from 1. */
  private static final List<String> SCRIPTS =
      List.of("V001__journal.sql", "V002__programming_model.sql", "V003__tables.sql");

  private static final String CREATE_TABLE =
      """
      CREATE TABLE IF NOT EXISTS migrations (
        version     INTEGER PRIMARY KEY,
        name        TEXT NOT NULL,
        checksum    TEXT NOT NULL,
        applied_ms  INTEGER NOT NULL
      ) STRICT
      """;

  private static final String REMEMBER =
      "INSERT INTO migrations (version, name, checksum, applied_ms) VALUES (?, ?, ?, ?)";

  private static final String CHECKSUM = "SELECT checksum FROM migrations WHERE version = ?";

  private Migrations() {}

  /** Refuses a database that a newer build has written. */
  static void refuseNewer(Path path, long version) {
    if (version > SCRIPTS.size()) {
      throw new JournalException.Failed(
          path
              + " has schema version "
              + version
              + "; this build of Perdure knows up to "
              + SCRIPTS.size()
              + ". Start the newer build, or restore a backup. The file is left"
              + " alone.");
    }
  }

  /** The same as {@link #apply}, and says what it does if an older build has written this. */
  static void upgrade(Session session, Instant now, LongSupplier nanos) throws SQLException {
    long version = session.number("PRAGMA user_version");
    boolean isOlder = version > 0 && version < SCRIPTS.size();
    long start = nanos.getAsLong();
    if (isOlder) {
      announce(session, version);
    }
    apply(session, now);
    if (isOlder) {
      var took = Duration.ofNanos(nanos.getAsLong() - start);
      LOG.log(Level.INFO, "The database is up to date after {0} ms.", took.toMillis());
    }
  }

  /** Tables are made anew, so that a large file takes a while: whoever waits should know why. */
  private static void announce(Session session, long version) throws SQLException {
    long bytes = session.number("PRAGMA page_count") * session.number("PRAGMA page_size");
    LOG.log(
        Level.INFO,
        "The database is brought from schema version {0} to {1}. It has {2} MiB and needs up to"
            + " three times as much again while that lasts; when it is cut off, nothing is lost.",
        version,
        SCRIPTS.size(),
        bytes >> 20);
  }

  /** Applies what is missing and compares what is not. */
  static void apply(Session session, Instant now) throws SQLException {
    long version = session.number("PRAGMA user_version");
    for (int number = 1; number <= SCRIPTS.size(); number++) {
      var name = SCRIPTS.get(number - 1);
      var script = read(name);
      if (number > version) {
        apply(session, number, name, script, now);
      } else {
        compare(session, number, name, script);
      }
    }
  }

  private static void apply(Session session, int number, String name, String script, Instant now)
      throws SQLException {
    session.execute("BEGIN IMMEDIATE");
    session.execute(CREATE_TABLE);
    session.execute(script);
    session.update(REMEMBER, number, name, checksum(script), now.toEpochMilli());
    session.execute("PRAGMA application_id = " + DatabaseFile.APPLICATION_ID);
    session.execute("PRAGMA user_version = " + number);
    session.execute("COMMIT");
  }

  private static void compare(Session session, int number, String name, String script)
      throws SQLException {
    var known = session.first(CHECKSUM, row -> row.getString(1), number);
    if (!checksum(script).equals(known)) {
      throw new JournalException.Failed(
          "Migration " + name + " is not the one that was applied to this database.");
    }
  }

  private static String read(String name) {
    try (var in = Migrations.class.getResourceAsStream("migration/" + name)) {
      if (in == null) {
        throw new IllegalStateException("Migration " + name + " is missing from the build.");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String checksum(String script) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(script.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
