package dev.perdure.sqlite;

import dev.perdure.bench.Payload;
import dev.perdure.journal.Change;
import dev.perdure.journal.Command.Advance;
import dev.perdure.journal.Command.StartRun;
import dev.perdure.journal.Command.TakeOver;
import dev.perdure.journal.EntryKind;
import dev.perdure.journal.RunId;
import dev.perdure.journal.StepPlan;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The eight row writes of a run of three steps in one transaction, in memory: what the writer's
 * thread has to do for a run, without the disk.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TransactionBenchmark {

  private static final int STEPS = 3;
  private static final List<StepPlan> PLAN =
      List.of(
          new StepPlan("first", 2, null),
          new StepPlan("second", 2, null),
          new StepPlan("third", 2, null));

  private Session session;
  private Commands commands;
  private long runs;

  /** Makes an empty database for each iteration: it is in memory, and would fill that. */
  @Setup(Level.Iteration)
  public void open() throws SQLException {
    session = DatabaseFile.openMemory();
    Migrations.apply(session, Instant.now());
    commands = new Commands(session, Ownership.NONE, OwnTables.learn(), Seams.NONE);
    session.execute("BEGIN IMMEDIATE");
    commands.begin(Ownership.NONE);
    commands.carryOut(new TakeOver("benchmark", Instant.now()));
    session.execute("COMMIT");
  }

  @Benchmark
  public Touched run() throws SQLException {
    var now = Instant.now();
    var id = new RunId(new UUID(now.toEpochMilli() << 16 | 0x7000L, Long.MIN_VALUE | ++runs));
    session.execute("BEGIN IMMEDIATE");
    commands.begin(commands.ownership());
    commands.carryOut(start(id, now));
    for (int step = 0; step < STEPS; step++) {
      commands.carryOut(new Advance(id, 0, List.of(completed(step, now), next(step, now))));
    }
    session.execute("COMMIT");
    return commands.touched();
  }

  private static StartRun start(RunId id, Instant now) {
    return new StartRun(
        id,
        "benchmark",
        1,
        PLAN,
        Payload.JSON,
        null,
        null,
        null,
        List.of(started(0, now)),
        true,
        now);
  }

  private static Change next(int step, Instant now) {
    return step + 1 == STEPS ? new Change.RunCompleted(Payload.JSON, now) : started(step + 1, now);
  }

  private static Change completed(int step, Instant now) {
    return new Change.StepCompleted(step, 1, Payload.JSON, now);
  }

  private static Change started(int step, Instant now) {
    return new Change.AttemptStarted(
        step,
        "",
        step,
        EntryKind.STEP,
        PLAN.get(step).name(),
        null,
        Payload.JSON,
        1,
        3,
        false,
        now);
  }

  @TearDown(Level.Iteration)
  public void close() throws SQLException {
    session.close();
  }
}
