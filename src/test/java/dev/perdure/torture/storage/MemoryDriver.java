package dev.perdure.torture.storage;

import dev.perdure.journal.Change;
import dev.perdure.journal.Command;
import dev.perdure.journal.JournalException;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepPlan;
import dev.perdure.sqlite.SqliteJournal;
import dev.perdure.sqlite.SqliteOptions;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Writes while a reader holds up the checkpoint, until SQLite's shared memory would have to grow
 * and can not, and ends in the moment in which it is told that the run was not stored. Runs under
 * {@code faults.c}; prints the run's id. Arguments: the directory and the control file.
 */
final class MemoryDriver {

  /** One part of the shared memory knows the places of 4,062 pages of the log. */
  private static final int RUNS_MAX = 60;

  private static final int CHARS = 600_000;
  private static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");

  private MemoryDriver() {}

  /** Called in a process of its own. */
  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.OFF);
    var data = Path.of(arguments[0]);
    var control = FaultControl.at(Path.of(arguments[1]));
    var journal = SqliteJournal.open(data, SqliteOptions.with(() -> AT, System::nanoTime));
    journal.submit(new Command.TakeOver("driver", AT)).join();
    var reader = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("perdure.db"));
    reader.setAutoCommit(false);
    var _ = reader.createStatement().executeQuery("SELECT count(*) FROM runs").next();
    control.arm(
        new FaultControl.Fault(
            FaultControl.Kind.WRITE,
            FaultControl.SHARED_MEMORY,
            1,
            FaultControl.Action.ENOSPC,
            true));
    for (int i = 1; i <= RUNS_MAX; i++) {
      var id = new RunId(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE + i));
      if (isRefused(journal, id)) {
        System.out.println(id);
        Runtime.getRuntime().halt(0);
      }
    }
    throw new IllegalStateException("Nothing was refused.");
  }

  private static boolean isRefused(SqliteJournal journal, RunId id) {
    try {
      journal.submit(start(id)).join();
      return false;
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException.Full) {
        return true;
      }
      throw e;
    }
  }

  /** A run with a large output, which is several pages. */
  private static Command<?> start(RunId id) {
    var output = "\"" + "x".repeat(CHARS) + "\"";
    return new Command.StartRun(
        id,
        "script",
        1,
        List.of(new StepPlan("first", 1, null)),
        "1",
        null,
        null,
        null,
        List.of(
            new Change.AttemptStarted(0, "", 0, "step", "first", null, "1", 1, 1, false, AT),
            new Change.StepCompleted(0, 1, output, AT)),
        true,
        AT);
  }
}
