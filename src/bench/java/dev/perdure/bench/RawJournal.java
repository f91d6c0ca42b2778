package dev.perdure.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * The least that a durable engine on SQLite has to do, and nothing else: for a run of three steps
 * eight row writes and four waits for a commit. The end of step k and the start of k + 1 go into
 * one commit; what arrives while a commit is under way goes into the next one together.
 *
 * <p>There is no engine, no JSON and no check of any kind, so that it can not be reached; how near
 * one comes to it is what is measured. When SQLite reports an error the process ends.
 */
final class RawJournal implements AutoCloseable {

  private static final String[] SCHEMA = {
    """
    CREATE TABLE runs (
      id TEXT PRIMARY KEY, workflow TEXT NOT NULL, status TEXT NOT NULL, input TEXT, output TEXT,
      created_at INTEGER NOT NULL, finished_at INTEGER)
    """,
    "CREATE INDEX runs_status ON runs (status)",
    """
    CREATE TABLE steps (
      run_id TEXT NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
      attempt INTEGER NOT NULL, input TEXT, output TEXT, error TEXT, started_at INTEGER NOT NULL,
      finished_at INTEGER, PRIMARY KEY (run_id, seq)) WITHOUT ROWID
    """
  };

  private static final String INSERT_RUN =
      "INSERT INTO runs (id, workflow, status, input, created_at) VALUES (?, ?, ?, ?, ?)";

  private static final String START_STEP =
      """
      INSERT INTO steps (run_id, seq, name, status, attempt, input, started_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (run_id, seq) DO UPDATE SET status = excluded.status,
        attempt = excluded.attempt, input = excluded.input, started_at = excluded.started_at
      """;

  private static final String END_STEP =
      "UPDATE steps SET status = ?, output = ?, finished_at = ? WHERE run_id = ? AND seq = ?";

  private static final String END_RUN =
      "UPDATE runs SET status = ?, output = ?, finished_at = ? WHERE id = ?";

  private static final String[] STEP_NAMES = {"first", "second", "third"};
  private static final String WORKFLOW = "three-steps";
  private static final String RUNNING = "running";
  private static final String COMPLETED = "completed";

  /** One wait for a commit. */
  private static final class Write {
    private final Thread waiter = Thread.currentThread();
    private final String id;
    private final long nowMs;

    /** How many steps have ended. */
    private final int ended;

    private @Nullable Write next;
    private volatile boolean durable;

    Write(String id, int ended) {
      this.id = id;
      this.ended = ended;
      this.nowMs = System.currentTimeMillis();
    }
  }

  private final Connection connection;
  private final PreparedStatement insertRun;
  private final PreparedStatement startStep;
  private final PreparedStatement endStep;
  private final PreparedStatement endRun;
  private final AtomicReference<@Nullable Write> queued = new AtomicReference<>();
  private final AtomicLong ids = new AtomicLong();
  private final Thread writer = Thread.ofPlatform().name("raw-writer").unstarted(this::write);
  private volatile boolean closing;

  private RawJournal(Connection connection) throws SQLException {
    this.connection = connection;
    this.insertRun = connection.prepareStatement(INSERT_RUN);
    this.startStep = connection.prepareStatement(START_STEP);
    this.endStep = connection.prepareStatement(END_STEP);
    this.endRun = connection.prepareStatement(END_RUN);
  }

  /** Makes an empty one. */
  static RawJournal create(Path file) throws SQLException {
    var config = new SQLiteConfig();
    // The driver would ask for the key of each row that is inserted, by a statement of its own.
    config.setGetGeneratedKeys(false);
    var connection = config.createConnection("jdbc:sqlite:" + file);
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA page_size = 4096");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      for (var sql : SCHEMA) {
        statement.execute(sql);
      }
      require("wal", statement.executeQuery("PRAGMA journal_mode"));
      require("2", statement.executeQuery("PRAGMA synchronous"));
    }
    connection.setAutoCommit(false);
    var journal = new RawJournal(connection);
    journal.writer.start();
    return journal;
  }

  /** The limit holds for full durability, and for nothing less. */
  private static void require(String wanted, ResultSet setting) throws SQLException {
    if (!setting.getString(1).equals(wanted)) {
      throw new IllegalStateException("It is not " + wanted + ": " + setting.getString(1));
    }
    setting.close();
  }

  /** One run of three steps; returns when its end is durable. */
  void run() {
    var id = nextId();
    for (int ended = 0; ended <= Load.STEPS_PER_RUN; ended++) {
      await(new Write(id, ended));
    }
  }

  /** 26 characters that rise with time. */
  private String nextId() {
    var digits = Long.toString(System.currentTimeMillis() << 20 | ids.incrementAndGet(), 32);
    return "0".repeat(26 - digits.length()).concat(digits);
  }

  private void await(Write write) {
    Write before;
    do {
      before = queued.get();
      write.next = before;
    } while (!queued.compareAndSet(before, write));
    if (before == null) {
      LockSupport.unpark(writer);
    }
    while (!write.durable) {
      LockSupport.park(this);
    }
  }

  private void write() {
    try {
      while (!closing) {
        var batch = queued.getAndSet(null);
        if (batch == null) {
          LockSupport.park(this);
        } else {
          commit(inOrder(batch));
        }
      }
    } catch (SQLException e) {
      // Those who wait would wait for ever.
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private void commit(@Nullable Write batch) throws SQLException {
    for (var write = batch; write != null; write = write.next) {
      carryOut(write);
    }
    connection.commit();
    for (var write = batch; write != null; ) {
      var next = write.next;
      write.durable = true;
      LockSupport.unpark(write.waiter);
      write = next;
    }
  }

  /** What was queued first comes first. */
  private static @Nullable Write inOrder(@Nullable Write last) {
    Write first = null;
    for (var write = last; write != null; ) {
      var before = write.next;
      write.next = first;
      first = write;
      write = before;
    }
    return first;
  }

  private void carryOut(Write write) throws SQLException {
    if (write.ended == 0) {
      insertRun(write);
    } else {
      endStep(write, write.ended - 1);
    }
    if (write.ended < Load.STEPS_PER_RUN) {
      startStep(write, write.ended);
    } else {
      endRun(write);
    }
  }

  private void insertRun(Write write) throws SQLException {
    insertRun.setString(1, write.id);
    insertRun.setString(2, WORKFLOW);
    insertRun.setString(3, RUNNING);
    insertRun.setString(4, Payload.JSON);
    insertRun.setLong(5, write.nowMs);
    insertRun.executeUpdate();
  }

  private void startStep(Write write, int step) throws SQLException {
    startStep.setString(1, write.id);
    startStep.setInt(2, step);
    startStep.setString(3, STEP_NAMES[step]);
    startStep.setString(4, RUNNING);
    startStep.setInt(5, 1);
    startStep.setString(6, Payload.JSON);
    startStep.setLong(7, write.nowMs);
    startStep.executeUpdate();
  }

  private void endStep(Write write, int step) throws SQLException {
    endStep.setString(1, COMPLETED);
    endStep.setString(2, Payload.JSON);
    endStep.setLong(3, write.nowMs);
    endStep.setString(4, write.id);
    endStep.setInt(5, step);
    endStep.executeUpdate();
  }

  private void endRun(Write write) throws SQLException {
    endRun.setString(1, COMPLETED);
    endRun.setString(2, Payload.JSON);
    endRun.setLong(3, write.nowMs);
    endRun.setString(4, write.id);
    endRun.executeUpdate();
  }

  /** To be called when no run is under way. */
  @Override
  public void close() throws SQLException {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
