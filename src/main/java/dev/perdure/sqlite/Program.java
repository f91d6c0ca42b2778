package dev.perdure.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * What a statement would do, from the program that SQLite compiles it to, triggers and foreign keys
 * included. Tables are known by the pages at which they begin, so that views, aliases, quotes and
 * columns of the same name do not matter.
 *
 * @param roots the first pages of the tables and indexes that it reads or writes
 * @param writes whether it writes at all
 * @param changesSchema whether it creates, alters or drops anything
 * @param rollsBack whether it may roll back the whole transaction
 * @param opensVirtual whether it reads a virtual table or a table-valued function
 * @param forbidden something of it that nobody may do; empty if there is nothing
 */
record Program(
    Set<Long> roots,
    boolean writes,
    boolean changesSchema,
    boolean rollsBack,
    boolean opensVirtual,
    String forbidden) {

  private static final int ON_ERROR_ROLLBACK = 1;

  /** The page's number stands in a register, because the table is made by the same statement. */
  private static final int PAGE_IN_REGISTER = 0x10;

  /** Compiles a statement and reads the program, without running it. */
  static Program of(Connection connection, String sql) throws SQLException {
    var reading = new Reading();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("EXPLAIN " + sql)) {
      while (row.next()) {
        reading.take(row);
      }
    }
    return reading.program();
  }

  private static final class Reading {

    private final Set<Long> roots = new HashSet<>();
    private boolean writes;
    private boolean changesSchema;
    private boolean rollsBack;
    private boolean opensVirtual;
    private String forbidden = "";

    private void take(ResultSet row) throws SQLException {
      var opcode = row.getString("opcode");
      switch (opcode) {
        case "OpenRead", "OpenWrite", "ReopenIdx" -> open(row);
        case "Clear" -> root(row.getLong("p1"), row.getInt("p2"));
        case "Destroy" -> {
          root(row.getLong("p1"), row.getInt("p3"));
          changesSchema = true;
        }
        case "Halt", "HaltIfNull" -> halt(row);
        case "Transaction" -> writes |= row.getInt("p2") != 0;
        case "VOpen" -> opensVirtual = true;
        case "SetCookie",
            "CreateBtree",
            "ParseSchema",
            "DropTable",
            "DropIndex",
            "DropTrigger",
            "SqlExec" ->
            changesSchema = true;
        case "AutoCommit",
            "Savepoint",
            "Vacuum",
            "IncrVacuum",
            "Checkpoint",
            "JournalMode",
            "MaxPgcnt",
            "IntegrityCk",
            "LoadAnalysis",
            "VBegin",
            "VCreate",
            "VDestroy",
            "VRename",
            "VUpdate" ->
            forbidden = opcode;
        default -> {}
      }
    }

    private void open(ResultSet row) throws SQLException {
      if ((row.getInt("p5") & PAGE_IN_REGISTER) == 0) {
        root(row.getLong("p2"), row.getInt("p3"));
      } else {
        changesSchema = true;
      }
    }

    private void root(long page, int database) {
      roots.add(page);
      if (database != 0) {
        forbidden = "a table outside of the journal's database";
      }
    }

    private void halt(ResultSet row) throws SQLException {
      rollsBack |= row.getInt("p1") != 0 && row.getInt("p2") == ON_ERROR_ROLLBACK;
    }

    private Program program() {
      return new Program(
          Set.copyOf(roots), writes, changesSchema, rollsBack, opensVirtual, forbidden);
    }
  }
}
