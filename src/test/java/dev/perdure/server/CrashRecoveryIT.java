package dev.perdure.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perdure.server.Conductor.Question;
import dev.perdure.torture.OtherReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the process, as kill -9 does, while one run is in the middle of a step, one waits for a
 * retry and one is between two steps; and looks at what becomes of them. The ledger of their
 * effects and, at last, another program that reads the database say whether it is right.
 */
class CrashRecoveryIT {

  private static final int ROUNDS = 20;

  @TempDir private Path directory;
  private Conductor conductor;
  private PerdureProcess perdure;

  /** When the retry of a run was due before the crash, by its id without hyphens. */
  private final Map<String, Long> dueTimes = new HashMap<>();

  @BeforeEach
  void start() throws Exception {
    conductor = new Conductor(directory);
    perdure = PerdureProcess.start(directory, conductor.settings());
  }

  @AfterEach
  void stop() throws Exception {
    conductor.close();
    if (perdure != null) {
      perdure.close();
    }
  }

  @Test
  void everyRunGoesOnWhereItWas() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      // The retry falls due while nobody runs in one round, and after the restart in the next.
      killAndRecover(round % 2 == 0 ? "retry-soon" : "retry-later");
    }
    perdure.terminate();
    assertEquals(143, perdure.awaitExit());
    checkDatabase();
  }

  private void killAndRecover(String retrying) throws Exception {
    var inStep = perdure.startRun("three-steps");
    var hanging = conductor.await("second 1");
    var between = perdure.startRun("between");
    var stopped = conductor.await("between");
    // The end of a step is durable a few milliseconds after the body has gone on.
    perdure.await(between, it -> it.step("first").status().equals("completed"));
    var inBackoff = perdure.startRun(retrying);
    conductor.await("second 1").fail();
    var due = dueTimeOf(inBackoff);

    perdure.kill();
    dueTimes.put(inBackoff.replace("-", ""), due.toEpochMilli());
    hanging.socket().close();
    stopped.socket().close();
    perdure = PerdureProcess.start(directory, conductor.settings());

    // Who asks first is not fixed.
    conductor.awaitAll("second 2", "between", "second 2").forEach(Question::go);
    checkGoneOnInStep(perdure.awaitEnd(inStep));
    checkGoneOnBetween(perdure.awaitEnd(between));
    checkRetried(perdure.awaitEnd(inBackoff), due);
  }

  private Instant dueTimeOf(String run) throws Exception {
    var waiting = perdure.await(run, it -> it.waitingFor().equals("retry"));
    return waiting.step("second").nextDueAt().orElseThrow();
  }

  private void checkGoneOnInStep(RunView run) throws Exception {
    assertEquals("completed", run.status(), run::toString);
    assertEquals(List.of("first 1", "second 1", "second 2", "third 1"), conductor.begun(run.id()));
    assertEquals(List.of("interrupted", "completed"), run.step("second").outcomes());
    assertEquals(1, run.step("second").attemptCount(), "a crash uses up no attempt");
  }

  private void checkGoneOnBetween(RunView run) throws Exception {
    assertEquals("completed", run.status(), run::toString);
    assertEquals(List.of("first 1", "second 1"), conductor.begun(run.id()));
  }

  private void checkRetried(RunView run, Instant due) throws Exception {
    assertEquals("completed", run.status(), run::toString);
    assertEquals(List.of("first 1", "second 1", "second 2", "third 1"), conductor.begun(run.id()));
    var second = run.step("second");
    assertEquals(List.of("failed", "completed"), second.outcomes());
    assertEquals(2, second.attemptCount());
    var retriedAt = second.attempts().getLast().startedAt();
    assertFalse(retriedAt.isBefore(due), () -> retriedAt + " is before " + due);
    var latest = later(due, perdure.readyAt()).plusSeconds(1);
    assertTrue(retriedAt.isBefore(latest), () -> retriedAt + " is after " + latest);
  }

  /** The due times are those from before; and the steps are those that have left an effect. */
  private void checkDatabase() throws Exception {
    var database = OtherReader.copyOf(directory.resolve("data"), directory.resolve("copy"));

    assertEquals(List.of("ok"), database.rows("PRAGMA integrity_check"));
    assertEquals(
        List.of("completed|" + 3 * ROUNDS),
        database.rows("SELECT status, count(*) FROM runs GROUP BY status"));
    assertEquals(
        List.of("failed|" + ROUNDS, "interrupted|" + ROUNDS),
        database.rows("SELECT outcome, count(*) FROM attempts GROUP BY outcome ORDER BY outcome"));
    assertEquals(
        dueTimes.entrySet().stream()
            .map(entry -> entry.getKey() + "|1|" + entry.getValue())
            .collect(Collectors.toSet()),
        Set.copyOf(
            database.rows(
                """
                SELECT lower(hex(runs.id)), attempt, next_due_ms
                FROM attempts JOIN runs ON runs.run_key = step_key >> 20
                WHERE outcome = 'failed'
                """)));
    assertEquals(
        conductor.lastAttempts(),
        Set.copyOf(
            database.rows(
                """
                SELECT lower(hex(runs.id)) || ' ' || steps.name || ' ' || steps.attempt
                FROM steps JOIN runs ON runs.run_key = steps.step_key >> 20
                WHERE steps.status = 'completed'
                """)));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
