package dev.perdure.torture.power;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.torture.TortureWorkflows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A database as the first version of the schema has it, with runs that have ended and runs that are
 * to be taken up.
 *
 * @param content all of the file
 * @param promises that its runs are stored, one after the other when it lies on the disk
 */
record OldFile(Path path, byte[] content, List<Promise> promises) {

  private static final String SCRIPT = "V001__journal.sql";
  private static final String SCRIPTS = "/dev/perdure/sqlite/migration/";
  private static final int APPLICATION_ID = 0x50657264;
  private static final int ENDED = 200;
  private static final int PENDING = 20;

  /** Behind the events that lay it on the disk. */
  private static final int PLACE = 14;

  private static final String MIGRATIONS =
      """
      CREATE TABLE migrations (
        version     INTEGER PRIMARY KEY,
        name        TEXT NOT NULL,
        checksum    TEXT NOT NULL,
        applied_ms  INTEGER NOT NULL
      ) STRICT
      """;

  private static final String RUN =
      """
      INSERT INTO runs (run_key, id, workflow, version, status, created_ms, started_ms,
        finished_ms, input, output)
      VALUES (?, ?, ?, 1, ?, 1, ?, ?, ?, ?)
      """;

  private static final String STEP =
      """
      INSERT INTO steps (step_key, scope, position, kind, name, status, attempt, max_attempts,
        started_ms, attempt_started_ms, finished_ms, input, output)
      VALUES (?, '', 0, 'step', 'only', 'completed', 1, 3, 2, 2, 3, '1', '2')
      """;

  /** Writes it; nobody else has it open. */
  static OldFile at(Path database) throws Exception {
    Files.createDirectories(database.getParent());
    var promises = new ArrayList<Promise>();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
      execute(connection, "PRAGMA journal_mode = WAL");
      connection.setAutoCommit(false);
      create(connection);
      for (int key = 1; key <= ENDED + PENDING; key++) {
        promises.addAll(run(connection, key));
      }
      connection.commit();
    }
    return new OldFile(database, Files.readAllBytes(database), List.copyOf(promises));
  }

  private static void create(Connection connection) throws Exception {
    var script = script();
    execute(connection, MIGRATIONS);
    execute(connection, script);
    var digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
    insert(
        connection,
        "INSERT INTO migrations VALUES (1, ?, ?, 1)",
        SCRIPT,
        HexFormat.of().formatHex(digest));
    execute(connection, "PRAGMA application_id = " + APPLICATION_ID);
    execute(connection, "PRAGMA user_version = 1");
  }

  private static String script() throws IOException {
    try (var in = OldFile.class.getResourceAsStream(SCRIPTS + SCRIPT)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static List<Promise> run(Connection connection, int key) throws Exception {
    boolean isEnded = key <= ENDED;
    int place = PLACE + key - 1;
    var id = "01900000-0000-7000-8000-%012x".formatted(key);
    var workflow = isEnded ? "of-long-ago" : TortureWorkflows.CODE;
    var input = "{\"nonce\":\"old-%d\",\"seed\":%d}".formatted(key, key);
    insert(
        connection,
        RUN,
        key,
        HexFormat.of().parseHex(id.replace("-", "")),
        workflow,
        isEnded ? "completed" : "pending",
        isEnded ? 2 : null,
        isEnded ? 3 : null,
        input,
        isEnded ? "2" : null);
    if (!isEnded) {
      return List.of(new Promise.Run(place, id, workflow, input, ""));
    }
    insert(connection, STEP, (long) key << 20);
    return List.of(
        new Promise.Run(place, id, workflow, input, ""),
        new Promise.Ended(place, id, "completed"),
        new Promise.Completed(place, id, 0));
  }

  private static void execute(Connection connection, String sql) throws Exception {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static void insert(Connection connection, String sql, Object... values) throws Exception {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
