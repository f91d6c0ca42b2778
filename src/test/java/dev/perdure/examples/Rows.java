package dev.perdure.examples;

import dev.perdure.testing.WorkflowTester;

/** Counts rows of the tables of workflows. */
final class Rows {

  private Rows() {}

  /**
   * The number that a query answers.
   *
   * @param sql of one row with one number
   */
  static int number(WorkflowTester<?> test, String sql) throws Exception {
    return test.read(connection -> {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getInt(1);
      }
    });
  }
}
