package dev.perdure.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which tables, indexes and pages are Perdure's own: whatever its own migrations make in an empty
 * database. All others belong to workflows.
 */
final class OwnTables {

  /** Where SQLite keeps the schema. */
  static final long SCHEMA_PAGE = 1;

  private static final String NAMES = "SELECT name FROM sqlite_schema";

  private static final String OBJECTS =
      """
      SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY type, name
      """;

  private static final String REFERENCES =
      """
      SELECT m.name, f."table" AS target
      FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
      """;

  /** A row of the schema. */
  private record SchemaObject(String type, String name, String table, long root, String sql) {

    /** Made by SQLite itself, beside a table of anybody. */
    boolean isInternal() {
      return name.startsWith("sqlite_");
    }
  }

  private record Reference(String from, String to) {}

  /**
   * The pages of one state of the schema.
   *
   * @param own those that workflows must not touch
   * @param sequence where SQLite counts for AUTOINCREMENT; 0 when it does not
   */
  record Pages(Set<Long> own, long sequence) {}

  /**
   * What of the schema is Perdure's, to be compared.
   *
   * @param rows as text
   */
  record Own(List<String> rows) {}

  private final Set<String> names;

  private OwnTables(Set<String> names) {
    this.names = names;
  }

  /** Learns the names, from an empty database in memory. */
  static OwnTables learn() throws SQLException {
    try (var session = DatabaseFile.openMemory()) {
      Migrations.apply(session, Instant.EPOCH);
      return new OwnTables(Set.copyOf(session.list(NAMES, row -> lower(row.getString(1)))));
    }
  }

  /** Where Perdure's tables and indexes begin, as the connection sees it now. */
  Pages pages(Connection connection) throws SQLException {
    var own = new HashSet<Long>();
    long sequence = 0;
    for (var object : objects(connection)) {
      if (isOwn(object) || object.name().startsWith("sqlite_stat")) {
        own.add(object.root());
      } else if (object.name().equals("sqlite_sequence")) {
        sequence = object.root();
      }
    }
    // Views and triggers have no page.
    own.remove(0L);
    return new Pages(Set.copyOf(own), sequence);
  }

  /** Perdure's part of the schema. */
  Own own(Connection connection) throws SQLException {
    return new Own(
        objects(connection).stream().filter(this::isOwn).map(SchemaObject::toString).toList());
  }

  /**
   * Refuses a schema in which Perdure's part is not what it was, or that reaches into it.
   *
   * @throws SQLException in words
   */
  void requireSame(Own before, Connection connection) throws SQLException {
    if (!own(connection).equals(before)) {
      throw new SQLException("Perdure's own tables can not be changed, indexed or watched.");
    }
    for (var object : objects(connection)) {
      if (lower(object.name()).startsWith("perdure_")) {
        throw new SQLException(
            "Names that begin with perdure_ are Perdure's own: " + object.name() + ".");
      }
    }
    for (var reference : references(connection)) {
      if (names.contains(lower(reference.to())) && !names.contains(lower(reference.from()))) {
        throw new SQLException(
            "The table " + reference.from() + " can not refer to " + reference.to() + ".");
      }
    }
  }

  private boolean isOwn(SchemaObject object) {
    return names.contains(lower(object.table()))
        || (!object.isInternal() && names.contains(lower(object.name())));
  }

  private static List<SchemaObject> objects(Connection connection) throws SQLException {
    return Rows.list(
        connection,
        OBJECTS,
        row ->
            new SchemaObject(
                row.getString("type"),
                row.getString("name"),
                row.getString("tbl_name"),
                row.getLong("rootpage"),
                String.valueOf(row.getString("sql"))));
  }

  private static List<Reference> references(Connection connection) throws SQLException {
    return Rows.list(
        connection,
        REFERENCES,
        row -> new Reference(row.getString("name"), row.getString("target")));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
