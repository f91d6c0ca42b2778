package dev.perdure.sqlite;

import dev.perdure.sqlite.OwnTables.Pages;
import dev.perdure.sqlite.SqlText.Kind;
import dev.perdure.sqlite.SqlText.Statement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Decides which SQL of workflows may run on a connection: first by its words, because some pragmas
 * take effect while they are being compiled, then by the program that SQLite makes of it. Belongs
 * to whoever the connection belongs to.
 */
final class SqlCheck {

  /** What the SQL is for. */
  enum Use {
    /** To read the tables of workflows. */
    READ,
    /** To change what stands in them, too. */
    WRITE,
    /** To make and change them. */
    MIGRATE
  }

  private static final Set<String> READING = Set.of("SELECT", "WITH", "VALUES");
  private static final Set<String> WRITING = Set.of("INSERT", "UPDATE", "DELETE", "REPLACE");
  private static final Set<String> MIGRATING = Set.of("CREATE", "ALTER", "DROP");

  private static final int KNOWN_MAX = 1_000;

  /** Functions that read what is not a workflow's. */
  private static final Set<String> FORBIDDEN_SOURCES = Set.of("dbstat", "sqlite_dbpage");

  private static final String SCHEMA_VERSION = "PRAGMA schema_version";

  private final Connection connection;
  private final OwnTables tables;
  private final Map<String, Use> known = new HashMap<>();
  private Pages pages = new Pages(Set.of(), 0);
  private long schemaVersion = -1;

  SqlCheck(Connection connection, OwnTables tables) {
    this.connection = connection;
    this.tables = tables;
  }

  /** Looks at the schema again if it has changed. To be called at the start of a transaction. */
  void refresh() throws SQLException {
    long version = Rows.list(connection, SCHEMA_VERSION, row -> row.getLong(1)).getFirst();
    if (version != schemaVersion) {
      pages = tables.pages(connection);
      known.clear();
      schemaVersion = version;
    }
  }

  /**
   * Allows one statement.
   *
   * @throws SQLException when it is refused, or SQLite does not understand it
   */
  void allow(String sql, Use use) throws SQLException {
    if (known.get(sql) == use) {
      return;
    }
    var statements = SqlText.statements(sql);
    if (statements.size() != 1) {
      throw refused(sql, "exactly one statement is expected");
    }
    var statement = statements.getFirst();
    allowWords(statement, use);
    allow(statement, Program.of(connection, statement.text()), use);
    if (known.size() >= KNOWN_MAX) {
      known.clear();
    }
    known.put(sql, use);
  }

  private static void allowWords(Statement statement, Use use) throws SQLException {
    var first = statement.word(0);
    if (!mayBegin(first, use)) {
      throw refused(statement.text(), "a statement can not begin like this here");
    }
    if (first.equals("CREATE")
        && Set.of("TEMP", "TEMPORARY", "VIRTUAL").contains(statement.word(1))) {
      throw refused(statement.text(), "temporary and virtual tables are not offered");
    }
    for (var token : statement.tokens()) {
      if (token.mayBeName() && token.kind() != Kind.STRING && isForbidden(token.text())) {
        throw refused(statement.text(), "it names " + token.text());
      }
    }
  }

  private static boolean mayBegin(String word, Use use) {
    return READING.contains(word)
        || (use != Use.READ && WRITING.contains(word))
        || (use == Use.MIGRATE && MIGRATING.contains(word));
  }

  private void allow(Statement statement, Program program, Use use) throws SQLException {
    var sql = statement.text();
    if (!program.forbidden().isEmpty()) {
      throw refused(sql, "it needs " + program.forbidden());
    }
    if (program.rollsBack()) {
      throw refused(sql, "it, or a trigger, may roll back the whole transaction");
    }
    if (program.writes() && use == Use.READ) {
      throw refused(sql, "this connection only reads");
    }
    if (program.changesSchema() && use != Use.MIGRATE) {
      throw refused(sql, "tables are changed by migrations only");
    }
    allowPages(statement, program, use);
  }

  private void allowPages(Statement statement, Program program, Use use) throws SQLException {
    for (long page : program.roots()) {
      if (pages.own().contains(page)) {
        throw refused(statement.text(), "it touches Perdure's own tables");
      }
      if (page == OwnTables.SCHEMA_PAGE && !(use == Use.MIGRATE && program.changesSchema())) {
        throw refused(statement.text(), "it touches SQLite's own tables");
      }
    }
    if (program.opensVirtual() || program.roots().contains(pages.sequence())) {
      for (var token : statement.tokens()) {
        if (token.kind() == Kind.STRING && isForbidden(token.text())) {
          throw refused(statement.text(), "it names " + token.text());
        }
      }
    }
  }

  private static boolean isForbidden(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("pragma_")
        || lower.equals("sqlite_sequence")
        || FORBIDDEN_SOURCES.contains(lower);
  }

  private static SQLException refused(String sql, String why) {
    return new SQLException("Refused, because " + why + ": " + sql);
  }
}
