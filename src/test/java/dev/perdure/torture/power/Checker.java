package dev.perdure.torture.power;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Opens what a power cut has left behind and compares it with what had been promised before. Plain
 * SQL of its own, and none of the code that has written the file. Used by one thread.
 */
final class Checker implements AutoCloseable {

  /** Below it there is a schema of an older build, or none; the tables of promises differ. */
  private static final int SCHEMA = 3;

  private static final String TABLES =
      """
      PRAGMA locking_mode = EXCLUSIVE;
      CREATE TABLE run_promises (
        place INTEGER PRIMARY KEY, run BLOB, workflow, input, key, so_far INTEGER);
      CREATE TABLE signals (place INTEGER PRIMARY KEY, run BLOB, name, key);
      CREATE TABLE cancels (place INTEGER PRIMARY KEY, run BLOB);
      CREATE TABLE ends (place INTEGER PRIMARY KEY, run BLOB, status);
      CREATE TABLE completions (place INTEGER, run BLOB, ordinal INTEGER);
      CREATE INDEX completions_by_place ON completions (place, run, ordinal);
      CREATE TABLE effects (place INTEGER PRIMARY KEY, run BLOB, ordinal INTEGER, attempt INTEGER);
      """;

  /** Tables of workflows come later than those of the journal. */
  private static final String SCHEMA_OF_JOURNAL =
      """
      SELECT group_concat(sql, ';') FROM (SELECT sql FROM state.sqlite_schema
        WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'torture%' ORDER BY name)
      """;

  /**
   * On both sides of the cut, what is asked about at every one of them. What lies farther away is
   * asked about where states are looked at thoroughly.
   */
  private static final int NEAR = 1_000;

  /**
   * A question to a state. The parameters are the places from where on and up to where it asks, and
   * that of the cut between them.
   */
  private record Question(String violation, String sql) {}

  private static final Question RUNS =
      new Question(
          "an acknowledged run is not stored as it was asked for",
          """
          SELECT lower(hex(p.run)) FROM run_promises p LEFT JOIN state.runs r ON r.id = p.run
          WHERE p.place BETWEEN ?1 AND ?3
            AND (r.id IS NULL OR r.workflow <> p.workflow OR json(r.input) <> p.input)
          """);

  private static final Question COUNT =
      new Question(
          "runs that were acknowledged long ago are not stored",
          """
          SELECT so_far || ' and not ' || (SELECT count(*) FROM state.runs)
          FROM (SELECT so_far FROM run_promises WHERE place <= ?3 ORDER BY place DESC LIMIT 1)
          WHERE so_far > (SELECT count(*) FROM state.runs)
          """);

  private static final List<Question> QUESTIONS =
      List.of(
          RUNS,
          COUNT,
          new Question(
              "the key of an acknowledged run is not stored",
              """
              SELECT p.key FROM run_promises p
              LEFT JOIN state.idempotency_keys k ON k.workflow = p.workflow AND k.key = p.key
              WHERE p.place BETWEEN ?1 AND ?3 AND p.key <> '' AND k.run_id IS NOT p.run
              """),
          new Question(
              "an acknowledged signal is not stored",
              """
              SELECT lower(hex(p.run)) FROM signals p LEFT JOIN state.runs r ON r.id = p.run
              WHERE p.place BETWEEN ?1 AND ?3 AND NOT EXISTS (SELECT 1 FROM state.inbox i
                WHERE i.run_key = r.run_key AND i.id = p.key AND i.name = p.name)
              """),
          new Question(
              "an acknowledged cancellation is not stored",
              """
              SELECT lower(hex(p.run)) FROM cancels p LEFT JOIN state.runs r ON r.id = p.run
              WHERE p.place BETWEEN ?1 AND ?3 AND (r.id IS NULL
                OR (r.status IN ('pending', 'running') AND r.ending IS NOT 'cancelled'))
              """),
          new Question(
              "the end of a run that a reader saw is not stored",
              """
              SELECT lower(hex(p.run)) FROM ends p LEFT JOIN state.runs r ON r.id = p.run
              WHERE p.place BETWEEN ?1 AND ?3 AND r.status IS NOT p.status
              """),
          new Question(
              "the completion of a step that a reader saw is not stored",
              """
              SELECT lower(hex(p.run)) || '-' || p.ordinal FROM completions p
              LEFT JOIN state.runs r ON r.id = p.run
              LEFT JOIN state.steps s ON s.step_key = (r.run_key << 20) + p.ordinal
              WHERE p.place BETWEEN ?1 AND ?3 AND s.status IS NOT 'completed'
              """),
          new Question(
              "an attempt whose code had begun is not stored",
              """
              SELECT lower(hex(p.run)) || '-' || p.ordinal || ' attempt ' || p.attempt
              FROM effects p
              LEFT JOIN state.runs r ON r.id = p.run
              LEFT JOIN state.steps s ON s.step_key = (r.run_key << 20) + p.ordinal
              WHERE p.place BETWEEN ?1 AND ?3 AND coalesce(s.attempt, 0) < p.attempt
              """),
          new Question(
              "a step that is stored as completed begins again",
              """
              SELECT lower(hex(p.run)) || '-' || p.ordinal || ' attempt ' || p.attempt
              FROM effects p
              CROSS JOIN state.runs r ON r.id = p.run
              CROSS JOIN state.steps s ON s.step_key = (r.run_key << 20) + p.ordinal
              WHERE p.place BETWEEN ?3 + 1 AND ?2 AND s.status = 'completed'
              """));

  /** What takes long and has little to do with the place. */
  private static final List<Question> THOROUGH_QUESTIONS =
      List.of(
          new Question(
              "the file is damaged",
              """
              SELECT integrity_check FROM pragma_integrity_check
              WHERE ?3 IS NOT NULL AND schema = 'state' AND integrity_check <> 'ok'
              """),
          new Question(
              "a row refers to one that is not there",
              """
              SELECT "table" FROM pragma_foreign_key_check WHERE ?3 IS NOT NULL AND schema = 'state'
              """),
          new Question(
              "a sequence went on although a step had not completed",
              """
              SELECT lower(hex(r.id)) FROM state.runs r
              JOIN state.steps s ON s.step_key >= r.run_key << 20
                AND s.step_key < (r.run_key + 1) << 20
              JOIN state.steps later ON later.step_key = s.step_key + 1
              WHERE ?3 IS NOT NULL AND r.plan_key IS NOT NULL AND s.status <> 'completed'
              """));

  private final Connection connection;
  private final Set<String> runs = new HashSet<>();

  /** What the tables of each version of the schema are: as in the first state that has it. */
  private final Map<Long, String> schemas = new HashMap<>();

  Checker(List<Promise> promises) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite::memory:");
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(TABLES);
      statement.executeUpdate("BEGIN");
      for (var promise : promises) {
        insert(promise);
      }
      statement.executeUpdate("COMMIT");
    }
  }

  private void insert(Promise promise) throws SQLException {
    switch (promise) {
      case Promise.Run(var place, var run, var workflow, var input, var key) ->
          insert(
              "run_promises VALUES (?, ?, ?, ?, ?, ?)",
              place,
              id(run),
              workflow,
              input,
              key,
              soFar(run));
      case Promise.Signal(var place, var run, var name, var key) ->
          insert("signals VALUES (?, ?, ?, ?)", place, id(run), name, key);
      case Promise.Cancel(var place, var run) -> insert("cancels VALUES (?, ?)", place, id(run));
      case Promise.Ended(var place, var run, var status) ->
          insert("ends VALUES (?, ?, ?)", place, id(run), status);
      case Promise.Completed(var place, var run, var ordinal) ->
          insert("completions VALUES (?, ?, ?)", place, id(run), ordinal);
      case Promise.Effect(var place, var run, var ordinal, var attempt) ->
          insert("effects VALUES (?, ?, ?, ?)", place, id(run), ordinal, attempt);
    }
  }

  /** How many different runs have been promised with this one. */
  private int soFar(String run) {
    runs.add(run);
    return runs.size();
  }

  private void insert(String into, Object... values) throws SQLException {
    try (var statement = connection.prepareStatement("INSERT INTO " + into)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private static byte[] id(String run) {
    return HexFormat.of().parseHex(run.replace("-", ""));
  }

  /**
   * What a state lacks of what had been promised before the cut; empty is good. The file is as
   * before afterwards if it was a whole one with at most a write-ahead log.
   *
   * @param isThorough also looks at every page and every row
   */
  List<String> violations(Path database, int cut, boolean isThorough) throws IOException {
    if (!Files.exists(database) || Files.size(database) == 0) {
      return nothingStored(cut);
    }
    try {
      execute("ATTACH '" + database.toString().replace("'", "''") + "' AS state");
    } catch (SQLException e) {
      return List.of("it can not be opened: " + e.getMessage());
    }
    try {
      return ask(cut, isThorough);
    } catch (SQLException e) {
      return List.of("it can not be read: " + e.getMessage());
    } finally {
      detach(database);
    }
  }

  private List<String> ask(int cut, boolean isThorough) throws SQLException {
    long schema = Long.parseLong(rows("PRAGMA state.user_version").getFirst());
    var questions = new ArrayList<Question>();
    if (schema == 0) {
      return nothingStored(cut);
    }
    questions.addAll(schema < SCHEMA ? List.of(RUNS, COUNT) : QUESTIONS);
    if (isThorough) {
      questions.addAll(THOROUGH_QUESTIONS);
    }
    int from = isThorough ? Integer.MIN_VALUE : cut - NEAR;
    int to = isThorough ? Integer.MAX_VALUE : cut + NEAR;
    var violations = new ArrayList<String>();
    var tables = rows(SCHEMA_OF_JOURNAL).getFirst();
    if (!tables.equals(schemas.computeIfAbsent(schema, _ -> tables))) {
      violations.add("its tables are not those of version " + schema);
    }
    for (var question : questions) {
      var found = rows(question.sql() + " LIMIT 3", from, to, cut);
      if (!found.isEmpty()) {
        violations.add(question.violation() + ": " + String.join(", ", found));
      }
    }
    return violations;
  }

  private List<String> nothingStored(int cut) {
    try {
      long promised =
          Long.parseLong(
              rows(
                      """
                      SELECT (SELECT count(*) FROM run_promises WHERE place <= ?)
                        + (SELECT count(*) FROM effects WHERE place <= ?)
                      """,
                      cut,
                      cut)
                  .getFirst());
      return promised == 0 ? List.of() : List.of("nothing is stored of " + promised + " promises");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Closing the last connection would carry the log over into the database. SQLite leaves both
   * alone when the file is not where it was.
   */
  private void detach(Path database) throws IOException {
    var aside = database.resolveSibling("aside");
    Files.move(database, aside, StandardCopyOption.ATOMIC_MOVE);
    try {
      execute("DETACH state");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      Files.move(aside, database, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private List<String> rows(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      var rows = new ArrayList<String>();
      try (var results = statement.executeQuery()) {
        while (results.next()) {
          var value = results.getString(1);
          rows.add(value == null ? "" : new String(value.getBytes(UTF_8), UTF_8));
        }
      }
      return rows;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
