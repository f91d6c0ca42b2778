package dev.perdure.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.journal.Command.MigrateResult;
import dev.perdure.journal.Command.MigrateTables;
import dev.perdure.sqlite.SqlCheck.Use;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;

/** Carries out the migrations of the tables of workflows, each once and in order. */
final class TableMigrations {

  private static final String CARRIED_OUT =
      "SELECT checksum FROM table_migrations WHERE name = ? ORDER BY number";

  private static final String REMEMBER =
      """
      INSERT INTO table_migrations (name, number, checksum, carried_out_ms) VALUES (?, ?, ?, ?)
      """;

  private final Session session;
  private final SqlCheck check;
  private final OwnTables tables;

  TableMigrations(Session session, SqlCheck check, OwnTables tables) {
    this.session = session;
    this.check = check;
    this.tables = tables;
  }

  Solo.End<MigrateResult> migrate(MigrateTables command) throws SQLException {
    var known = session.list(CARRIED_OUT, row -> row.getString(1), command.name());
    var migrations = command.migrations();
    if (known.size() > migrations.size()) {
      return refused(
          migrations.size() + 1, "it has been carried out before and is missing here now");
    }
    for (int i = 0; i < known.size(); i++) {
      if (!checksum(migrations.get(i)).equals(known.get(i))) {
        return refused(
            i + 1, "it is not what was carried out before; put changes into a new migration");
      }
    }
    for (int i = known.size(); i < migrations.size(); i++) {
      try {
        carryOut(migrations.get(i));
      } catch (SQLException e) {
        if (SqlErrors.of(e).isOfStorage()) {
          throw e;
        }
        return refused(i + 1, String.valueOf(e.getMessage()));
      }
      remember(command, i + 1);
    }
    return Solo.End.kept(new MigrateResult.Migrated(migrations.size() - known.size()));
  }

  private void carryOut(String migration) throws SQLException {
    var own = tables.own(session.connection());
    for (var statement : SqlText.statements(migration)) {
      if (statement.hasParameters()) {
        throw new SQLException("A migration has no parameters: " + statement.text());
      }
      check.refresh();
      check.allow(statement.text(), Use.MIGRATE);
      try (var running = session.connection().createStatement()) {
        running.execute(statement.text());
      }
      tables.requireSame(own, session.connection());
    }
  }

  private void remember(MigrateTables command, int number) throws SQLException {
    session.update(
        REMEMBER,
        command.name(),
        number,
        checksum(command.migrations().get(number - 1)),
        Columns.ofInstant(command.at()));
  }

  private static Solo.End<MigrateResult> refused(int number, String why) {
    return Solo.End.undone(new MigrateResult.Refused(number, why));
  }

  private static String checksum(String sql) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(sql.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** When a deferred constraint has not held at the commit. */
  static MigrateResult uncommittable(List<String> migrations, SQLException e) {
    return new MigrateResult.Refused(migrations.size(), String.valueOf(e.getMessage()));
  }
}
